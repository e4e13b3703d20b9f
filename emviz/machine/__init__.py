"""The machine: missing libraries, their installation, and a report for support."""
