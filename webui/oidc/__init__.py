"""Logging in at an OpenID Connect provider, beside local accounts: settings, the provider, what its tokens prove."""
