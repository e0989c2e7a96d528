"""Everything that a visitor can press, move or hold under a scanner, thrown at a real kiosk: nothing leads out."""
