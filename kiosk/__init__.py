"""Self-service check-in kiosk for health centres. ARCHITECTURE.md draws the house."""

__version__ = "0.1.0"
