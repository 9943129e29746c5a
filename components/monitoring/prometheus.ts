/** The chart's release, which the names of all its objects begin with, and the namespace of everything that watches. */
export const release = "monitoring";
export const namespace = "monitoring";

/** Where a browser reaches Grafana, through `kubectl -n monitoring port-forward service/grafana 3000:80`. */
export const grafanaUrl = "http://localhost:3000/";

/** Prometheus's address, and the namespace that may scrape engines. */
export const prometheus = { address: `http://${release}-prometheus.${namespace}.svc:9090`, namespace };
