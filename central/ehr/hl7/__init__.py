"""HL7 v2 over MLLP (HL7 v2.x; Transport Specification: MLLP, release 1)."""
