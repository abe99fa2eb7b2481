"""What actions bring: schemas that know every field, and samples that fill every one."""
