# Tests of core: each tests/unit/NAME_test.c is one cmocka program, $(TESTS)/unit/NAME_test. Core, the tests and a
# second build of the command run under AddressSanitizer and UndefinedBehaviorSanitizer, in $(BUILD)/asan.

SANITIZED := $(BUILD)/asan
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

SANITIZED_CORE := $(CORE_SOURCES:%.c=$(SANITIZED)/%.o)
SANITIZED_COMMAND := $(COMMAND_SOURCES:%.c=$(SANITIZED)/%.o)
UNIT_SOURCES := $(wildcard tests/unit/*_test.c)
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=$(SANITIZED)/%.o) $(SANITIZED)/tests/unit/unit.o
UNIT_PROGRAMS := $(UNIT_SOURCES:tests/unit/%.c=$(TESTS)/unit/%)

$(SANITIZED)/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(CORE_CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<

$(SANITIZED)/preload/command/main.o: HOST_CFLAGS += $(VERSION_FLAG)
$(SANITIZED)/preload/program/library_path.o: HOST_CFLAGS += $(LIBDIR_FLAG)
$(SANITIZED)/preload/%.o: preload/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(HOST_CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<

$(SANITIZED)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(TEST_CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<

$(SANITIZED)/libcore.a: $(SANITIZED_CORE)
	@rm -f $@
	$(call run,AR) $(AR) rcs $@ $^

$(UNIT_PROGRAMS): $(TESTS)/unit/%: $(SANITIZED)/tests/unit/%.o $(SANITIZED)/tests/unit/unit.o $(SANITIZED)/libcore.a
	@mkdir -p $(@D)
	$(call run,LD) $(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

# Beside the sanitized command lies the ordinary library: it goes into programs that have no sanitizer.
$(SANITIZED)/tcpalive: $(SANITIZED_COMMAND) $(SANITIZED)/libcore.a $(SANITIZED)/libtcpalive.so
	$(call run,CC) $(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $(filter-out %.so,$^)

$(SANITIZED)/libtcpalive.so: $(BUILD)/libtcpalive.so
	@mkdir -p $(@D)
	ln -sf ../libtcpalive.so $@

$(filter $(TESTS)/command/% $(TESTS)/measure/%,$(TEST_PROGRAMS)): $(SANITIZED)/tcpalive

-include $(SANITIZED_CORE:.o=.d) $(SANITIZED_COMMAND:.o=.d) $(UNIT_OBJECTS:.o=.d)
