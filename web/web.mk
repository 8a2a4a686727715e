# The library as a module of WebAssembly, and the page that runs it.
#
#   make wasm       $(BUILD)/wasm/{stylegrad,tape,lessons}.wasm, and the pages: out/book/play
#   make test-wasm  compares the module with the program, in Node: web/test
#
# The same sources as everywhere. What a page has no use for, or a browser has not, is left
# out: threads, files, and the libraries that read them. Debian's clang-14, wasi-libc,
# libclang-rt-14-dev-wasm32 and lld-14; WASM_CC names another clang that compiles for wasm32.

WASM_CC = $(firstword $(foreach name,clang-14 clang,$(shell command -v $(name))))
WASM = $(BUILD)/wasm
WASM_STACK = 4194304
WASM_TARGET = --target=wasm32-wasi -msimd128

# Of io/, what is about numbers alone; of what is about processes, nothing.
WASM_LIBRARY = $(filter-out tensor/memory_room.c,$(wildcard tensor/*.c tensor/kernels/*.c \
                 tensor/kernels/*/*.c autograd/*.c nn/*.c losses/*.c optim/*.c transfer/*.c)) \
               io/image_resize.c
WASM_OWN = $(filter-out web/graph.c,$(wildcard web/*.c web/libc/*.c))

# The tape of the page that shows it, in double.
WASM_TAPE = $(filter tensor/% autograd/% nn/% losses/%,$(WASM_LIBRARY)) web/graph.c web/start.c \
            $(wildcard web/libc/*.c)

# All lessons as one program, in double: web/lessons/main.c.
WASM_LESSONS = $(WASM_LIBRARY) $(wildcard flow/*.c errata/*.c web/lessons/*.c web/libc/*.c) \
               $(filter-out lessons/page.c lessons/look.c,$(LESSON_HELP)) $(FILMED) \
               $(SHOWN:%=lessons/%.c) $(patsubst %,io/%.c,file_kind file_read file_folder \
               image_heat image_write number plot_files plot_script csv pnm)

WASM_FLAGS = $(WASM_TARGET) -std=c11 $(WARNINGS) $(WERROR) -ffp-contract=off -O3 -Iweb/libc -I. \
             -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -ffunction-sections -fdata-sections \
             -Wno-unused-variable -Wno-unused-parameter -Wno-unused-function

$(WASM)/%/web/libc/memory.o $(WASM)/web/libc/memory.o: WASM_FLAGS += -mbulk-memory

# What is compiled for the module is never compiled for the machine.
$(WASM)/%.o: %.c
	@mkdir -p $(@D)
	$(say_progress)
	$(WASM_CC) $(WASM_FLAGS) -MMD -MP -c $< -o $@

$(WASM)/double/%.o: %.c
	@mkdir -p $(@D)
	$(say_progress)
	$(WASM_CC) $(WASM_FLAGS) -DREAL_DOUBLE -MMD -MP -c $< -o $@

# Each lesson has a main, and one of them is called.
$(SHOWN:%=$(WASM)/double/lessons/%.o): WASM_FLAGS += -Dmain=main_$(*F) \
                                                     -D_WASI_EMULATED_PROCESS_CLOCKS
$(WASM)/double/lessons/check/language.o: WASM_FLAGS += -DBUILD='"build"'

# A stack that overflows is at the lowest addresses, and stops instead of writing over data.
WASM_LINK = $(WASM_CC) $(WASM_TARGET) -Wl,--gc-sections,--strip-all,--stack-first,-z,stack-size=$(WASM_STACK)
WASM_REACTOR = -mexec-model=reactor

$(WASM)/stylegrad.wasm: $(patsubst %.c,$(WASM)/%.o,$(WASM_LIBRARY) $(WASM_OWN))
	$(WASM_LINK) $(WASM_REACTOR) $^ -o $@

$(WASM)/tape.wasm: $(WASM_TAPE:%.c=$(WASM)/double/%.o)
	$(WASM_LINK) $(WASM_REACTOR) $^ -o $@

# Its processor time is the page's clock.
$(WASM)/lessons.wasm: $(WASM_LESSONS:%.c=$(WASM)/double/%.o)
	$(WASM_LINK) $^ -lwasi-emulated-process-clocks -o $@

wasm:
	@web/missing.sh "$(WASM_CC)" "$(WASM_TARGET)"
	+@$(BUILD_SHOWN) $(WASM)/stylegrad.wasm $(WASM)/tape.wasm $(WASM)/lessons.wasm $(CATALOGUE)
	@web/build.py --module $(WASM)/stylegrad.wasm --tape $(WASM)/tape.wasm \
	    --lessons $(WASM)/lessons.wasm --catalogue $(CATALOGUE) --out out/book/play

test-wasm: $(BUILD)/float/stylegrad
	@command -v node >/dev/null || { echo "make test-wasm needs node; ./setup.sh --wasm" \
	    "installs it" >&2; exit 2; }
	+@$(MAKE) -s --no-print-directory wasm
	@web/test/refusals.py $(WASM)/stylegrad.wasm $(WASM_LIBRARY) $(WASM_OWN) web/page/module.js
	@web/test/refusals.py $(WASM)/tape.wasm $(WASM_TAPE)
	@web/test/refusals.py $(WASM)/lessons.wasm $(WASM_LESSONS)
	@STYLEGRAD=$(BUILD)/float/stylegrad WASM=$(WASM)/stylegrad.wasm \
	    TAPE=$(WASM)/tape.wasm LESSONS_WASM=$(WASM)/lessons.wasm CATALOGUE=$(CATALOGUE) \
	    node web/test/run.js $(ONLY)

.PHONY: wasm test-wasm

-include $(wildcard $(WASM)/*/*.d $(WASM)/*/*/*.d $(WASM)/*/*/*/*.d)
