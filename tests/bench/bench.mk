# What tcpalive costs. Included by tests/tests.mk.
#   make bench        every figure beside bare, floor and peers: build/bench.json, .md and .svg, in about a quarter of an hour
#   make bench-short  what can be counted and does not vary; a part of `make test`

# What the loader does for any object at all.
$(TESTS)/empty.so:
	@mkdir -p $(@D)
	echo 'int nothing;' | $(CC) -shared -fPIC -nostdlib -o $@ -x c -

TEST_NEEDS += $(TESTS)/empty.so

.PHONY: bench-short
bench-short: all $(TESTS)/empty.so $(TESTS)/probe $(TESTS)/cost_test $(TESTS)/hook_cost_test
	tests/run $(TESTS)/cost_test $(TESTS)/hook_cost_test
