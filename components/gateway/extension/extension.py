"""What LiteLLM's configuration names: `extension.authenticate` and `extension.hooks`. The rest is gantry_gateway."""

import sys

# Where the pod has the package: LiteLLM loads this file by its path, and a variable for it could bring other code in.
sys.path.append("/opt/gantry")

from gantry_gateway.start import authenticate, hooks

__all__ = ["authenticate", "hooks"]
