#   make generated-pages   are the pages that docs/pages.py makes as their sources say?
#   make write-pages       writes them again
#   make check-figures     are the pictures of docs/figures those that make course has drawn?
#   make figures           makes them again from out/
#
# The pages are committed in docs/en and docs/zh, with all others; a site takes them there.

.PHONY: write-pages generated-pages figures check-figures

write-pages:
	docs/pages.py --write

generated-pages:
	docs/pages.py --check

figures:
	docs/figures.py --write

check-figures:
	docs/figures.py --check
