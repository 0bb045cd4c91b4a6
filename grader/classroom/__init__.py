"""Hand out: starter repositories, sealed suites, and the bundles that other systems grade with."""
