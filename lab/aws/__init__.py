"""AWS on this machine: moto, made as strict as AWS where this project depends on it."""
