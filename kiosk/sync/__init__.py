"""THE LINE between a kiosk and the centre."""
