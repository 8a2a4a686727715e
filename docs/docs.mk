#   make generated-pages   are the pages that docs/pages.py makes as their sources say?
#   make pages             writes them again
#
# The pages are committed in docs/en and docs/zh, with all others; a site takes them there.

.PHONY: pages generated-pages

pages:
	docs/pages.py --write

generated-pages:
	docs/pages.py --check
