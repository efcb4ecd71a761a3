"""The laws of subsidies: pure functions over facts, a policy and a day."""
