"""What a TWS API client can ask of a gateway, a module a subject, each thing one named step."""
