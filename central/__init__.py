"""The reference central sync service: gives kiosks their appointments and numbers, and takes their facts once."""
