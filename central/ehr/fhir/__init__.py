"""FHIR R4 (HL7, 4.0.1), with the Finnish profiles for scheduling (https://hl7.fi/fhir/finnish-scheduling)."""
