# Automatic differentiation in one file, and the reference of the public headers.
#
#   make single       writes single/stylegrad_autograd.h from the sources
#   make test-single  is it up to date, does it compile as C and C++ and agree with the library?
#   make reference    writes out/book/reference/index.html from the public headers (doxygen)
#   make test-reference   its links lead somewhere, and what has no comment stops it

single:
	single/make.py single/stylegrad_autograd.h

$(BUILD)/double/single/program: $(BUILD)/double/single/program.o \
                                $(BUILD)/double/libstylegrad.a
	$(LINK) -O3 -DREAL_DOUBLE $(CFLAGS) $^ $(LIBS) -o $@

test-single: $(BUILD)/double/single/program
	tests/single.sh $<

.PHONY: single test-single

# Into the folder of the book, whose pages link to it.
reference:
	@rm -rf $(OUT)/book/reference
	reference/make.py $(OUT)/book/reference

test-reference: reference
	tests/reference.sh $(OUT)/book/reference

.PHONY: reference test-reference
