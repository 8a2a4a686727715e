# Notebooks whose cells are C.
#
#   make notebooks         opens your copies, in notebooks/mine, in the browser; installs
#                          what is missing (NOTEBOOK_FLAGS=--no-browser opens none)
#   make notebooks LAB=1   the same in JupyterLab
#   make my-notebooks      makes the copies, and brings them up to date
#   make check-notebooks   runs all of them and compares what they print and draw
#   make notebook-files    writes notebooks/*.ipynb again from notebooks/src
#
# Cells call the whole library, in double so that gradients can be checked, as one shared
# library, made of the objects of the programs.

SHARED_LIBRARY = $(BUILD)/double/libstylegrad.so
NOTEBOOK_PYTHON = /usr/bin/python3
KERNELS = $(BUILD)/jupyter

NOTEBOOK_HELP = $(wildcard notebooks/*.c)

$(SHARED_LIBRARY): $(LIBRARY:%.c=$(BUILD)/double/%.o) \
                   $(NOTEBOOK_HELP:%.c=$(BUILD)/double/%.o)
	$(LINK) $(CFLAGS) -shared $^ $(LIBS) -o $@

# The copy of exercise 13 whose functions are graded each by itself: lessons/course.mk.
CELLS_ALONE = $(if $(ALONE),$(if $(filter 13_%,$(EXERCISE)),'$(PROGRAM).alone.o'))

# What a notebook's functions are graded with: FILE holds them, EXERCISE is "08_gram", say.
grade-cells: $(GRADE_HELP:%.c=$(BUILD)/sanitize/%.o) $(BUILD)/sanitize/lessons/check/$(EXERCISE).o \
             $(SHARED_LIBRARY) $(CATALOGUE)
	@$(COMPILE) -Wno-missing-prototypes -O1 -g $(SANITIZERS) -DREAL_DOUBLE $(CFLAGS) \
	    $(ALONE_FLAGS) -c '$(FILE)' -o '$(PROGRAM).o'
	@$(if $(CELLS_ALONE),$(ALONE) '$(PROGRAM).o' $(CELLS_ALONE))
	@$(LINK) -g $(SANITIZERS) $(CFLAGS) '$(PROGRAM).o' $(CELLS_ALONE) $(filter %.o,$^) \
	    $(SHARED_LIBRARY) -Wl,-rpath,'$(CURDIR)/$(BUILD)/double' $(LIBS) -o '$(PROGRAM)'

# The kernel of this checkout, and of no other: found through JUPYTER_PATH only.
$(KERNELS)/kernels/stylegrad-c/kernel.json: notebooks/notebooks.mk
	@mkdir -p $(@D)
	@printf '%s\n' '{"argv": ["$(NOTEBOOK_PYTHON)", "$(CURDIR)/notebooks/kernel",' \
	    '          "-f", "{connection_file}"],' \
	    ' "display_name": "C (stylegrad)", "language": "c", "interrupt_mode": "signal",' \
	    ' "env": {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}}' > $@

notebook-ready: $(SHARED_LIBRARY) $(KERNELS)/kernels/stylegrad-c/kernel.json $(CATALOGUE)

notebooks:
	@./setup.sh --notebooks $(if $(LAB),--lab)
	+@$(BUILD_SHOWN) notebook-ready
	@$(MAKE) -s --no-print-directory my-notebooks
	@JUPYTER_PATH="$(CURDIR)/$(KERNELS)" $(NOTEBOOK_PYTHON) notebooks/serve.py \
	    $(if $(LAB),lab) $$([ "$$(id -u)" != 0 ] || echo --allow-root) $(NOTEBOOK_FLAGS)

my-notebooks:
	@$(NOTEBOOK_PYTHON) notebooks/mine.py

notebook-files:
	@$(NOTEBOOK_PYTHON) notebooks/make_ipynb.py

check-notebooks:
	@MAKE="$(BUILD_QUIETLY)" JUPYTER_PATH='$(CURDIR)/$(KERNELS)' notebooks/check.sh

.PHONY: grade-cells notebook-ready notebooks my-notebooks notebook-files check-notebooks
