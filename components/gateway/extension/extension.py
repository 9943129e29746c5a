"""What LiteLLM's configuration names: `extension.authenticate` and `extension.hooks`. The rest is gantry_gateway."""

from gantry_gateway.start import authenticate, hooks

__all__ = ["authenticate", "hooks"]
