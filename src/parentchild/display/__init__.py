"""What any display is made of: markup that notebooks keep, and nothing that telemetry could break out of."""
