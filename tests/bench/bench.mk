# What tcpalive costs. Included by tests/tests.mk.
#   make bench        times beside bare, floor and peers: build/bench.json, bench.md and bench.svg, in a quarter of an hour
#   make bench-table puts the last bench's tables into cost.md, with its plot
#   make bench-short  what can be counted and does not vary; a part of `make test`
# BENCH_ROUNDS says how many rounds.

BENCH_ROUNDS ?= 7

# What is measured, and the plain loops: programs that know nothing of this project.
$(TESTS)/bench-%: tests/bench/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(PROBE_CFLAGS) -o $@ $(filter %.c,$^) -pthread

$(TESTS)/bench-micro: tests/bench/idle.c $(wildcard tests/bench/*.h)

$(BUILD)/windows/tests/%/bench.exe: tests/bench/micro_windows.c
	@mkdir -p $(@D)
	$(call run,CC) $*-w64-mingw32-gcc -std=gnu11 -O2 -Wall -Wextra -Werror -o $@ $< -lws2_32

# The Windows figures are there once `make test`, or tests/setup/wine.sh, has brought Wine.
BENCH_WINDOWS := $(if $(wildcard $(BUILD)/cache/wine/prefix),windows $(BUILD)/windows/tests/x86_64/bench.exe)

.PHONY: bench bench-table bench-short
bench: all $(BENCH_WINDOWS) $(TESTS)/bench-micro $(TESTS)/bench-plain
	tests/setup/packages.sh bench
	python3 tests/bench/bench.py $(BUILD) --rounds $(BENCH_ROUNDS)
	python3 tests/bench/table.py $(BUILD) --markdown >$(BUILD)/bench.md
	python3 tests/bench/growth.py $(BUILD) >$(BUILD)/bench-growth.txt
	gnuplot -e "data='$(BUILD)/bench-growth.txt'; out='$(BUILD)/bench.svg'" tests/bench/growth.gp
	@python3 tests/bench/table.py $(BUILD)

bench-table:
	python3 tests/bench/table.py $(BUILD) --into tests/bench/cost.md
	cp $(BUILD)/bench.svg tests/bench/growth.svg

bench-short: all $(TESTS)/empty.so $(TESTS)/probe $(TESTS)/library/cost_test $(TESTS)/hooks/cost_test
	tests/run $(TESTS)/library/cost_test $(TESTS)/hooks/cost_test
