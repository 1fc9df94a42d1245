"""Rules about careers as plain functions: no database, no framework, only days, codes and tables."""
