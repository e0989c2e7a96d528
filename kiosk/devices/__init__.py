"""THE HANDS: one supervised thread per device, a pure protocol over a transport, and twins that speak the same wire."""
