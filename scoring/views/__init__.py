"""Pages of the index. Each declares its access, asks a selector or a service, and renders."""
