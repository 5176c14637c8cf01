# make soak: the long forms of tests that `make test` holds in short form. Each part is a target of its own, soak-NAME.

.PHONY: soak soak-measure
soak: soak-measure

# Every path and service that measure is tested on.
soak-measure: all $(TESTS)/labs/measure_test
	TCPALIVE_TEST_SOAK=1 tests/run $(TESTS)/labs/measure_test
