/* Every form of every loss against PyTorch, values and gradients. */
#include "losses/content.h"
#include "losses/style.h"
#include "losses/tv.h"
#include "tests/oracle.h"

static int begin(void **state) {
    (void)state;
    oracle_open("tests/golden/torch_losses.npz");
    return 0;
}

/* Two images, divisor 7, and a seed dG that is not symmetric. */
static void gram_agrees_with_torch(void **state) {
    (void)state;
    Node *f = leaf("gram", "f"), *g = ag_gram(f, (Gram){7});
    tape_backward_from(tape, g, expected("gram", "dg").data);
    check_value(g, "gram", "g");
    check_gradient(f, "gram", "df");
}

static void content_forms_agree_with_torch(void **state) {
    (void)state;
    Node *f = leaf(NULL, "f"), *p = leaf(NULL, "p");
    for (int form = 0; form < CONTENT_FORMS; form++) {
        char name[48];
        snprintf(name, sizeof name, "content_%s", content_forms[form].name);
        Node *loss = ag_content_loss(f, p, (ContentForm)form);
        tape_backward(tape, loss);
        check_value(loss, NULL, name);
        check_gradient(f, name, "df");
        check_gradient(p, name, "dp");
    }
}

/* Features of 5 x 6 positions, a painting with 3 x 7, an image of 10 x 13. */
static void style_forms_agree_with_torch(void **state) {
    (void)state;
    Node *f = leaf(NULL, "f"), *painting = leaf(NULL, "painting");
    for (int form = 0; form < STYLE_FORMS; form++) {
        char name[48];
        snprintf(name, sizeof name, "style_%s", style_forms[form].name);
        Node *target = ag_style_summary(painting, (StyleForm)form, 3 * 7);
        Node *loss = ag_style_loss(f, target, (StyleForm)form, (Shape){1, 3, 10, 13});
        tape_backward(tape, loss);
        check_value(loss, NULL, name);
        check_gradient(f, name, "df");
    }
}

static void tv_forms_agree_with_torch(void **state) {
    (void)state;
    Node *x = leaf(NULL, "x");
    for (int form = 0; form < TV_FORMS; form++) {
        char name[48];
        snprintf(name, sizeof name, "tv_%s", tv_forms[form].name);
        Node *loss = ag_tv_loss(x, (TvForm)form);
        tape_backward(tape, loss);
        check_value(loss, NULL, name);
        check_gradient(x, name, "df");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, oracle_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(gram_agrees_with_torch),
        TEST(content_forms_agree_with_torch),
        TEST(style_forms_agree_with_torch),
        TEST(tv_forms_agree_with_torch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
