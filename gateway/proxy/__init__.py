"""The data path: requests for a service go to it as they came."""
