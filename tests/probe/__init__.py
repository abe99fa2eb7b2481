"""The probe against the sandbox, with its switches in either position."""
