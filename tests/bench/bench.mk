# What tcpalive costs. Included by tests/tests.mk.
#   make bench        times beside bare, floor and peers: build/bench.json, bench.md and bench.svg, in a quarter of an hour
#   make bench-short  what can be counted and does not vary; a part of `make test`
# BENCH_ROUNDS says how many rounds.

BENCH_ROUNDS ?= 9

# What the loader does for any object at all.
$(TESTS)/empty.so:
	@mkdir -p $(@D)
	echo 'int nothing;' | $(CC) -shared -fPIC -nostdlib -o $@ -x c -

TEST_NEEDS += $(TESTS)/empty.so

# What is measured, and the plain loops: programs that know nothing of this project.
$(TESTS)/bench-%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) $(PROBE_CFLAGS) -o $@ $< -pthread

.PHONY: bench bench-short
bench: all $(TESTS)/bench-micro $(TESTS)/bench-plain
	tests/setup/packages.sh bench
	python3 tests/bench/bench.py $(BUILD) --rounds $(BENCH_ROUNDS)
	python3 tests/bench/table.py $(BUILD) --markdown >$(BUILD)/bench.md
	python3 tests/bench/growth.py $(BUILD) >$(BUILD)/bench-growth.txt
	gnuplot -e "data='$(BUILD)/bench-growth.txt'; out='$(BUILD)/bench.svg'" tests/bench/growth.gp
	@python3 tests/bench/table.py $(BUILD)

bench-short: all $(TESTS)/empty.so $(TESTS)/probe $(TESTS)/cost_test $(TESTS)/hook_cost_test
	tests/run $(TESTS)/cost_test $(TESTS)/hook_cost_test
