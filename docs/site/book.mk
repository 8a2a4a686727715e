# The book: one static site of docs/, in both languages.
#
#   make book       out/book/index.html, with the pictures that `make course` has left;
#                   lessons that have not run are run
#   make test-book  opens every page in headless Chromium (Debian's), as a phone and as a
#                   desktop, light and dark: tests/book
#
# BOOK_PAGES are texts that scripts write to $(BUILD)/book/en/NAME.md and zh/NAME.md.

BOOK_PAGES =

# Not again when a lesson has changed: `make lesson-07` or `make course` does that.
BOOK_RUNS = $(SHOWN:%=out/%/transcript.txt)

$(BOOK_RUNS): out/%/transcript.txt:
	+@$(BUILD_SHOWN) $(BUILD)/double/lessons/$*
	$(BUILD)/double/lessons/$*

# The reference of the headers needs doxygen, and comments in all headers, which
# `make test-reference` holds: without it the book has no link to it.
book: $(BOOK_RUNS) $(BOOK_PAGES)
	+@if command -v doxygen >/dev/null; then \
	    $(MAKE) -s --no-print-directory reference || \
	        echo "book: made without the reference of the headers, see above" >&2; \
	fi
	+@if web/missing.sh "$(WASM_CC)" "$(WASM_TARGET)"; then \
	    $(MAKE) -s --no-print-directory wasm; \
	else \
	    echo "book: made without the page that paints, see above" >&2; \
	fi
	@docs/site/build.py --build $(BUILD) --out out/book --jobs $(JOBS)

# What drives Chromium, in the versions of tests/book/package-lock.json.
BOOK_TESTS = $(BUILD)/tests/book
$(BOOK_TESTS)/node_modules/.package-lock.json: tests/book/package.json tests/book/package-lock.json
	@command -v npm >/dev/null || { echo "make test-book needs npm and node;" \
	    "./setup.sh --developer installs them" >&2; exit 2; }
	@mkdir -p $(BOOK_TESTS)
	cp tests/book/package*.json $(BOOK_TESTS)
	cd $(BOOK_TESTS) && npm ci --silent --no-audit --no-fund

# The page that paints is compared with the program.
test-book: $(BOOK_TESTS)/node_modules/.package-lock.json $(BUILD)/float/stylegrad
	@[ ! -e tests/book/small.py ] || tests/book/small.py # not in a handout
	@test -s out/book/index.html || { echo "there is no out/book; make book" >&2; exit 2; }
	@NODE_PATH=$(BOOK_TESTS)/node_modules STYLEGRAD=$(BUILD)/float/stylegrad \
	    node tests/book/run.js out/book $(ONLY)

.PHONY: book test-book
