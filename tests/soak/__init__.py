"""The same laws as in the suite, tried for long: `make soak-kills`, `make soak-acts`."""
