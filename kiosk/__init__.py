"""Self-service check-in kiosk for health centres. ARCHITECTURE.md draws the house."""
