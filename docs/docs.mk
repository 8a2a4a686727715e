#   make generated-pages   are the pages that docs/pages.py makes as their sources say?
#   make write-pages       writes them again
#
# The pages are committed in docs/en and docs/zh, with all others; a site takes them there.

.PHONY: write-pages generated-pages

write-pages:
	docs/pages.py --write

generated-pages:
	docs/pages.py --check
