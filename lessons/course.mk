# The course: one program per lesson, its exercise, and their pages.
#
#   make lesson-07              builds lesson 07 and runs it; ARGS="photo.jpg --size 96"
#   make start-07               copies the blank exercise to mine/07_*.c, where you write;
#                               make start: all of them. A file that is there stays
#   make check-07               grades mine/07_*.c; ANSWERS=1: the answer of lessons/answers;
#                               FILE=name.c: that file
#   make check                  grades all that you have started, and shows your points
#   make submit                 writes your answers into one file, to be handed in;
#                               NAME="Your Name", or it asks
#   make mine                   paints with your functions, where they are right
#   make speed-04               how fast is conv2d of mine/04_conv.c? lessons/speed/speed.mk
#   make sheet-002              document 002's steps and TV loss on one contact sheet
#   make flow-chart             document 004's flow chart as a program
#   make lessons                runs all and compares what they print with *.expected and
#                               zh/*.expected
#   make course                 the same, and out/index.html, which shows them all
#   make handout                the archive that a teacher gives out: docs/en/handout.md
#   make test-handout           no answer is in it, and its commands run
#   make test-exercises         blanks fail, answers pass, wrong answers are named
#   make desk                   the graders that tools/grade runs beside submissions
#   make test-desk              grades a generated class of 100, with attacks, and says how
#                               long it takes
#   make mutants                changes the answers in small ways: is each found and named?
#                               SAMPLE=8: every eighth change only; ONLY=07: one exercise
#
# Lessons compute in double, where gradients can be checked. Exercises are built with the
# sanitizers, so that a step outside an array is found and has a line number.

LESSONS = $(sort $(patsubst lessons/%.c,%,$(wildcard lessons/[0-9][0-9]_*.c)))
# Programs with a page and a transcript as lessons have, but no exercise.
BESIDE = sheet_002 flow_chart
SHOWN = $(LESSONS) $(BESIDE)
LESSON_HELP = $(filter-out lessons/gallery.c lessons/documents.c lessons/mine.c lessons/points.c \
                $(BESIDE:%=lessons/%.c),$(wildcard lessons/[a-z]*.c)) lessons/check/language.c
# Texts of both languages that belong to no program: pages beside those of the lessons.
DOCUMENTS = $(filter-out README $(patsubst lessons/%.c,%,$(wildcard lessons/*.c)), \
              $(filter $(patsubst docs/en/%.md,%,$(wildcard docs/en/*.md)), \
                $(patsubst docs/zh/%.md,%,$(wildcard docs/zh/*.md))))
# What renders the film of lesson 19.
FILMED = assets/scene.c assets/valley.c assets/art.c
PAINTER = $(wildcard lessons/own/*.c)
# Where a student writes, and what the grader says of it. Tests have folders of their own.
MINE = mine
MINE_RESULTS = out/mine
OUT = out
GRADE_HELP = $(filter-out $(wildcard lessons/check/[0-9]*),$(wildcard lessons/check/*.c))
WRONG = $(patsubst lessons/%.diff,%,$(wildcard lessons/check/wrong/[0-9][0-9]_*.diff))
GRADED = $(patsubst lessons/%.c,%,$(wildcard lessons/exercises/[0-9][0-9]_*.c \
           lessons/answers/[0-9][0-9]_*.c)) $(WRONG)
JOBS := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# Quietly, with all processors unless the caller has said how many.
BUILD_QUIETLY = $(MAKE) -s --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

# Says a sentence in English or in Chinese: lessons/language.sh.
SAY = . lessons/language.sh; say

# The same, and says how many files are compiled, and how far it is.
BUILD_SHOWN = MAKE="$(BUILD_QUIETLY)" lessons/build.sh

# What the grader says in Chinese, where there is msgfmt.
CATALOGUE = $(BUILD)/locale/zh/LC_MESSAGES/stylegrad.mo
$(CATALOGUE): $(wildcard lessons/zh.po)
	@lessons/catalogue.sh lessons/zh.po $@

$(BUILD)/%/lessons/check/language.o: FILE_FLAGS += -DBUILD='"$(BUILD)"'

define lesson_variant
$$(SHOWN:%=$(BUILD)/$(1)/lessons/%): $(BUILD)/$(1)/lessons/%: \
        $(BUILD)/$(1)/lessons/%.o $$(patsubst %.c,$(BUILD)/$(1)/%.o,$$(LESSON_HELP) $$(FILMED)) \
        $(BUILD)/$(1)/libstylegrad.a
	$$(LINK) $(2) $$(CFLAGS) $$^ $$(LIBS) -o $$@

$(BUILD)/$(1)/lessons/gallery: $(BUILD)/$(1)/lessons/gallery.o \
        $(BUILD)/$(1)/libstylegrad.a
	$$(LINK) $(2) $$(CFLAGS) $$^ $$(LIBS) -o $$@

$(BUILD)/$(1)/lessons/documents: $(BUILD)/$(1)/lessons/documents.o \
        $(BUILD)/$(1)/lessons/page.o $(BUILD)/$(1)/libstylegrad.a
	$$(LINK) $(2) $$(CFLAGS) $$^ $$(LIBS) -o $$@

$(BUILD)/$(1)/lessons/mine: $(BUILD)/$(1)/lessons/mine.o \
        $$(PAINTER:%.c=$(BUILD)/$(1)/%.o) $$(patsubst %.c,$(BUILD)/$(1)/%.o,$$(LESSON_HELP) $$(FILMED)) \
        $(BUILD)/$(1)/libstylegrad.a
	$$(LINK) $(2) $$(CFLAGS) $$^ $$(LIBS) -o $$@

$(BUILD)/$(1)/tests/test_grade $(BUILD)/$(1)/tests/test_grade_names \
$(BUILD)/$(1)/tests/test_grade_run $(BUILD)/$(1)/tests/test_ended \
$(BUILD)/$(1)/tests/test_language: $$(GRADE_HELP:%.c=$(BUILD)/$(1)/%.o)

$(BUILD)/$(1)/tests/test_language: | $(CATALOGUE)

$(BUILD)/$(1)/tests/test_page: $(BUILD)/$(1)/lessons/page.o
$(BUILD)/$(1)/tests/test_lesson: $(BUILD)/$(1)/lessons/lesson.o $(BUILD)/$(1)/lessons/page.o \
        $(BUILD)/$(1)/lessons/look.o $(BUILD)/$(1)/lessons/transcript.o $(BUILD)/$(1)/lessons/translate.o \
        $(BUILD)/$(1)/lessons/check/language.o | $(CATALOGUE)
endef

$(eval $(call lesson_variant,float,-O3))
$(eval $(call lesson_variant,double,-O3 -DREAL_DOUBLE))
$(eval $(call lesson_variant,coverage,-O1 -DREAL_DOUBLE --coverage))
$(eval $(call lesson_variant,sanitize,-O1 -g -DREAL_DOUBLE $(SANITIZERS)))

# The library is the fast one: only what a student writes is watched.
$(GRADED:%=$(BUILD)/sanitize/lessons/%) $(LESSONS:%=$(BUILD)/sanitize/$(MINE)/%) \
        $(LESSONS:%=$(BUILD)/sanitize/file/%): \
        $(BUILD)/sanitize/%: $(BUILD)/sanitize/%.o $(GRADE_HELP:%.c=$(BUILD)/sanitize/%.o) \
        $(BUILD)/double/libstylegrad.a
	$(LINK) -O1 -g $(SANITIZERS) $(CFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LIBS) -o $@

# A wrong answer is kept as its difference from the right one.
WRONG_SOURCE = $(BUILD)/sanitize/lessons/check/wrong
$(WRONG_SOURCE)/%.c: lessons/check/wrong/%.diff $(wildcard lessons/answers/*.c)
	@mkdir -p $(@D)
	patch --silent --output=$@ lessons/answers/$(firstword $(subst _, ,$*))_*.c $<

$(WRONG_SOURCE)/%.o: $(WRONG_SOURCE)/%.c
	$(COMPILE) -O1 -g -DREAL_DOUBLE $(SANITIZERS) $(CFLAGS) -c $< -o $@

.PRECIOUS: $(WRONG_SOURCE)/%.c $(WRONG_SOURCE)/%.o

# The exercise, the answer and the wrong answers of lesson NN.
graded_as = $(patsubst %,$(BUILD)/sanitize/lessons/%,$(filter exercises/$(1)_% answers/$(1)_% \
              check/wrong/$(1)_%,$(GRADED)))

# Exercise 13: transfer calls total_loss. In a copy of the object file it calls the grader's,
# so that each of the two is graded by itself.
CALLS_OTHERS = $(call graded_as,13) $(BUILD)/sanitize/$(MINE)/13_style_transfer \
               $(BUILD)/sanitize/file/13_style_transfer
ALONE_FUNCTIONS = total_loss transfer
ifneq ($(shell command -v objcopy 2>/dev/null),)
ALONE_FLAGS = -fPIC -fsemantic-interposition
ALONE = objcopy --weaken-symbol=alone_total_loss $(foreach function,$(ALONE_FUNCTIONS), \
          --redefine-sym $(function)=alone_$(function) --keep-global-symbol=alone_$(function))
$(CALLS_OTHERS:%=%.o): CFLAGS += $(ALONE_FLAGS)
$(CALLS_OTHERS): %: %.alone.o
$(CALLS_OTHERS:%=%.alone.o): %.alone.o: %.o
	$(ALONE) $< $@
else
WRONG := $(filter-out %/13_alone_blank %/13_alone_crash,$(WRONG))
endif

# A file from elsewhere, under the name of its exercise.
$(BUILD)/sanitize/file/%.o: FORCE
	@mkdir -p $(@D)
	@$(COMPILE) -O1 -g -DREAL_DOUBLE $(SANITIZERS) $(CFLAGS) -c '$(FILE)' -o $@

FORCE:

# Where the answers to be graded are: the student's, the right ones, or one file.
CHECKED = $(if $(FILE),file,$(if $(ANSWERS),lessons/answers,$(MINE)))

# A handout is made without answers. Rules that need them end with this line there.
NEED_ANSWERS = test -d lessons/answers || { $(SAY) \
    "the answers are not in this folder: it was unpacked from a handout, and 'make %s' needs them\n" \
    '这个文件夹里没有答案：它是从发给学生的压缩包解开的，而 make %s 需要答案\n' '$@' >&2; exit 2; }

# For one lesson, NN_name and NN: its targets, and who grades it.
define lesson
.PHONY: lesson-$(2) start-$(2) check-$(2)
lesson-$(2): $(CATALOGUE)
	+@$$(BUILD_SHOWN) $(BUILD)/double/lessons/$(1) $(BUILD)/double/lessons/gallery
	+@$$(BUILD_QUIETLY) pages
	@$$(SAY) 'the lesson takes about %s s of one processor\n' '本课约需单个处理器 %s 秒\n' \
	    $$$$(sed -n 's/^$(1) //p' lessons/seconds)
	$(BUILD)/double/lessons/$(1) $$(ARGS)
	@$(BUILD)/double/lessons/gallery $(SHOWN) >/dev/null

start-$(2):
	@lessons/start.sh $(MINE) $(1)

check-$(2): $(CATALOGUE)
	@$$(if $$(ANSWERS),$$(NEED_ANSWERS))
	@lessons/started.sh $(MINE) '$$(CHECKED)' $(1)
	+@$$(BUILD_SHOWN) $(BUILD)/sanitize/$$(CHECKED)/$(1)
	@$(BUILD)/sanitize/$$(CHECKED)/$(1) $$(if $$(FILE),'$$(FILE)')

$(call graded_as,$(2)) $(BUILD)/sanitize/$(MINE)/$(1) $(BUILD)/sanitize/file/$(1): \
    $(BUILD)/sanitize/lessons/check/$(1).o
endef
$(foreach name,$(LESSONS),$(eval $(call lesson,$(name),$(firstword $(subst _, ,$(name))))))

# ---- All that the student has written ----

STARTED = $(patsubst $(MINE)/%.c,%,$(wildcard $(LESSONS:%=$(MINE)/%.c)))
MINE_OBJECTS = $(BUILD)/double/$(MINE)

# The old one is deleted first: it must not paint in the place of one that is broken.
$(MINE_OBJECTS)/%.so: $(MINE)/%.c lessons/check/exercise.c lessons/check/given.c
	@mkdir -p $(@D)
	@rm -f $@
	$(COMPILE) -O3 -DREAL_DOUBLE $(CFLAGS) -fPIC -shared $^ -lm -o $@

$(BUILD)/double/lessons/points: $(BUILD)/double/lessons/points.o \
        $(BUILD)/double/lessons/check/language.o
	$(LINK) $(CFLAGS) $^ $(LIBS) -o $@

# What grades all that is started, without what the student has written.
GRADERS = $(GRADE_HELP:%.c=$(BUILD)/sanitize/%.o) $(BUILD)/double/libstylegrad.a \
          $(STARTED:%=$(BUILD)/sanitize/lessons/check/%.o) $(BUILD)/double/lessons/points

start:
	@lessons/start.sh $(MINE) $(LESSONS)

# An answer that does not compile does not keep the others from being graded.
graded: $(BUILD)/double/lessons/points
	+@$(BUILD_QUIETLY) -k $(STARTED:%=$(BUILD)/sanitize/$(MINE)/%) 2>&1 | grep -v '^make' >&2 || :
	@lessons/grade_all.sh $(MINE) $(BUILD)/sanitize/$(MINE) $(MINE_RESULTS) $(STARTED)

check: $(CATALOGUE)
	+@$(BUILD_SHOWN) $(GRADERS)
	+@$(BUILD_QUIETLY) graded
	@$(BUILD)/double/lessons/points $(MINE_RESULTS) $$(lessons/totals.sh $(LESSONS))

submit:
	+@MAKE="$(BUILD_QUIETLY)" lessons/submit.sh $(MINE) $(MINE_RESULTS) $(OUT) $(STARTED)

mine: $(CATALOGUE)
	+@$(BUILD_SHOWN) $(GRADERS) $(BUILD)/double/lessons/mine
	+@$(BUILD_QUIETLY) graded pages
	+@$(BUILD_QUIETLY) -k $(STARTED:%=$(MINE_OBJECTS)/%.so) 2>/dev/null || : # said above
	@MINE_OBJECTS=$(MINE_OBJECTS) MINE_RESULTS=$(MINE_RESULTS) $(BUILD)/double/lessons/mine $(ARGS)

.PHONY: start graded check mine submit

# Without pandoc there are no pages, and the lessons say so.
pages: $(if $(shell command -v pandoc 2>/dev/null),$(DOCUMENTS:%=out/%/index.html))

$(DOCUMENTS:%=out/%/index.html): out/%/index.html: docs/en/%.md docs/zh/%.md \
        lessons/page.lua lessons/page.html | $(BUILD)/double/lessons/documents
	$(BUILD)/double/lessons/documents $*

.PHONY: pages

include lessons/speed/speed.mk

sheet-002 flow-chart: $(CATALOGUE)
	+@$(BUILD_SHOWN) $(BUILD)/double/lessons/$(subst -,_,$@)
	+@$(BUILD_QUIETLY) pages
	@$(SAY) 'it takes about %s s of one processor\n' '约需单个处理器 %s 秒\n' \
	    $$(sed -n 's/^$(subst -,_,$@) //p' lessons/seconds)
	$(BUILD)/double/lessons/$(subst -,_,$@) $(ARGS)

lesson-% check-%:
	@$(SAY) 'there is no lesson %s; there are: %s\n' '没有第 %s 课；有这些课：%s\n' \
	    '$*' '$(foreach l,$(LESSONS),$(firstword $(subst _, ,$l)))'
	@exit 2

# A lesson that does not compile does not keep the others from running.
lessons: $(CATALOGUE)
	+@$(BUILD_SHOWN) -k $(SHOWN:%=$(BUILD)/double/lessons/%); built=$$?; \
	    lessons/run.sh $(SHOWN:%=$(BUILD)/double/lessons/%) && exit $$built

course:
	+@$(BUILD_SHOWN) $(BUILD)/double/lessons/gallery
	+@$(BUILD_QUIETLY) pages
	@$(MAKE) --no-print-directory lessons; status=$$?; \
	    $(BUILD)/double/lessons/gallery $(SHOWN) && exit $$status

# In a checkout of one's own: the teacher's, with the answers in it.
HANDOUT = $(BUILD)/handout/stylegrad-course.tar.gz

handout:
	@lessons/handout.sh $(HANDOUT)

test-handout:
	@$(NEED_ANSWERS)
	@MAKE="$(MAKE) -s --no-print-directory BUILD=build" tests/handout.py $(BUILD)

.PHONY: handout test-handout

# Right answers, blanks, all that end early, and every fourth mistake.
IN_CHINESE = $(sort $(filter exercises/% answers/%,$(GRADED)) \
               $(filter $(patsubst %,check/wrong/%,02_exit 02_large_array 02_far_outside \
                 02_outside 02_recursion 02_forged 08_leak 09_int 13_alone_blank \
                 13_alone_crash),$(WRONG)) \
               $(shell printf '%s\n' $(WRONG) | awk 'NR % 4 == 1'))

test-exercises: $(CATALOGUE)
	@$(NEED_ANSWERS)
	+@$(BUILD_SHOWN) $(GRADED:%=$(BUILD)/sanitize/lessons/%)
	@tests/exercises.sh $(GRADED:%=$(BUILD)/sanitize/lessons/%)
	@tests/chinese.sh $(IN_CHINESE:%=$(BUILD)/sanitize/lessons/%)
	+@MAKE="$(BUILD_QUIETLY)" tests/mine.sh $(BUILD)
	+@[ "$$(uname)" != Linux ] || { $(BUILD_QUIETLY) desk && /usr/bin/python3 tests/desk.py $(BUILD); }

# A class of 100, and how long it takes.
test-desk:
	@$(NEED_ANSWERS)
	+@$(BUILD_QUIETLY) desk
	@/usr/bin/python3 tests/desk.py $(BUILD) --hundred

.PHONY: lessons course test-exercises test-desk sheet-002 flow-chart

# The grader on answers with one small thing changed: tests/answer_mutants.py. gold links faster.
GOLD := $(if $(shell command -v ld.gold 2>/dev/null),$(if \
          $(findstring gcc,$(CC)),-fuse-ld=gold))
mutants:
	@$(NEED_ANSWERS)
	+@$(BUILD_SHOWN) $(LESSONS:%=$(BUILD)/sanitize/lessons/answers/%)
	@COMPILE='$(COMPILE) -O1 -g -DREAL_DOUBLE $(SANITIZERS) $(CFLAGS) -c' \
	    PLAIN='$(COMPILE) -DREAL_DOUBLE $(CFLAGS)' \
	    LINK='$(LINK) $(GOLD) $(SANITIZERS) $(CFLAGS)' LIBS='$(LIBS)' \
	    tests/answer_mutants.py $(BUILD) out/mutants --jobs $(JOBS) \
	    $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(ONLY),--only $(ONLY))

.PHONY: mutants

# ---- The teacher's desk: tools/grade ----

# Graders whose student's functions are in another process, and that process.
DESK_GRADER = $(filter-out lessons/check/here.c,$(GRADE_HELP)) lessons/desk/remote.c \
              lessons/desk/wire.c
DESK_WORKER = $(patsubst %,lessons/desk/%.c,worker calls back fence seal total wire)
DESK = $(BUILD)/desk

$(LESSONS:%=$(DESK)/%): $(DESK)/%: $(BUILD)/double/lessons/check/%.o \
        $(DESK_GRADER:%.c=$(BUILD)/double/%.o) $(BUILD)/double/libstylegrad.a
	@mkdir -p $(@D)
	$(LINK) $(CFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LIBS) -o $@

$(filter-out $(DESK)/13_%,$(LESSONS:%=$(DESK)/%)): $(BUILD)/double/lessons/desk/stubs.o
$(filter $(DESK)/13_%,$(LESSONS:%=$(DESK)/%)): $(BUILD)/double/lessons/desk/stubs_13.o

$(DESK)/worker: $(DESK_WORKER:%.c=$(BUILD)/double/%.o) $(BUILD)/double/tensor/width.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -Wl,--export-dynamic-symbol=total_loss \
	    -Wl,--no-as-needed -ldl -lm -o $@

# Linked into every submission, and into those of exercise 09, which calls gram() of the
# exercise before it.
$(DESK)/%.o: lessons/check/%.c
	@mkdir -p $(@D)
	$(COMPILE) -DREAL_DOUBLE -O1 -fPIC $(CFLAGS) -c $< -o $@

$(foreach variant,float double coverage sanitize,$(eval $(BUILD)/$(variant)/tests/test_desk: \
    $(patsubst %.c,$(BUILD)/$(variant)/%.o,$(filter-out %/worker.c,$(DESK_WORKER)))))

desk: $(LESSONS:%=$(DESK)/%) $(DESK)/worker $(DESK)/exercise.o $(DESK)/given.o

.PHONY: desk
