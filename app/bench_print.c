#include "app/bench.h"
#include "io/json_build.h"

#define MIB (1024.0 * 1024.0)

/* Two columns: GFLOP/s and share of the peak, or blanks. */
static void print_rate(const Roofline *roof, double flop, double seconds, FILE *out) {
    double rate = flop / seconds * 1e-9;
    if (flop > 0 && seconds > 0)
        fprintf(out, " %7.1f %4.0f%%", rate, 100 * rate / roof->fma_all);
    else
        fprintf(out, " %7s %5s", "", "");
}

static void print_row(const Bench *bench, const BenchRow *row, FILE *out) {
    fprintf(out, "%-24.24s %9.3f", row->name, row->forward * 1e3);
    print_rate(&bench->roof, row->flop_forward, row->forward, out);
    fprintf(out, " %9.3f", row->backward * 1e3);
    print_rate(&bench->roof, row->flop_backward, row->backward, out);
    fprintf(out, " %8.2f\n", (double)row->bytes / MIB);
}

static void print_total(const char *name, Spread s, FILE *out) {
    fprintf(out, "%-9s %9.2f ms   (%.2f to %.2f)\n", name, s.median * 1e3, s.least * 1e3,
            s.most * 1e3);
}

/* What an optimiser adds to the step. */
static void print_added(const char *name, Spread s, Spread step, FILE *out) {
    if (!(s.most > 0)) return;
    fprintf(out, "+ %-7s %9.2f ms   (%.2f to %.2f), %.1f %% of the step\n", name,
            s.median * 1e3, s.least * 1e3, s.most * 1e3, 100 * s.median / step.median);
}

void bench_print(const Bench *bench, FILE *out) {
    const Roofline *roof = &bench->roof;
    fprintf(out,
            "%s, %d of %dx%d, " REAL_NAME
            ", kernels %s, threads %d, medians of %d rounds\n\n",
            bench->net, bench->batch, bench->side, bench->side, bench->kernels,
            bench->threads, bench->rounds);
    fprintf(out, "%-24s %9s %7s %5s %9s %7s %5s %8s\n", "layer", "ms fwd", "GFLOP/s",
            "peak", "ms bwd", "GFLOP/s", "peak", "MiB");
    for (int i = 0; i < bench->count; i++)
        print_row(bench, &bench->row[i], out);
    print_row(bench, &bench->losses, out);
    fprintf(out, "\n");
    print_total("forward", bench->forward, out);
    print_total("backward", bench->backward, out);
    if (bench->move.most > 0) print_total("Adam", bench->move, out);
    print_total("step", bench->step, out);
    print_added("Adam", bench->adam, bench->step, out);
    print_added("L-BFGS", bench->lbfgs, bench->step, out);
    fprintf(out, "%.1f GFLOP of products, with direct convolution: %.1f GFLOP/s\n",
            bench->flop * 1e-9, bench->flop / bench->step.median * 1e-9);
    fprintf(out, "at the machine's peak they would take %.2f ms\n",
            bench->flop / roof->fma_all * 1e-6);
    fprintf(out, "memory: tape %.1f MiB, peak of the process %.1f MiB\n",
            (double)bench->tape_bytes / MIB, (double)bench->peak_bytes / MIB);
    fprintf(out,
            "machine (%s): multiply-adds %.1f GFLOP/s on 1 thread, %.1f on %d; "
            "memory %.1f GB/s, %.1f\n",
            roof->vector, roof->fma_one, roof->fma_all, roof->threads, roof->triad_one,
            roof->triad_all);
}

/* Milliseconds, as in the table. */
static json_t *spread_object(JsonBuild *build, Spread s) {
    return json_built(build, json_pack("{s:f, s:f, s:f}", "median", s.median * 1e3, "min",
                                       s.least * 1e3, "max", s.most * 1e3));
}

static json_t *row_object(JsonBuild *build, const BenchRow *row) {
    return json_built(build,
                      json_pack("{s:s, s:s, s:[i,i,i,i], s:f, s:f, s:f, s:f, s:I}",
                                "name", row->name, "op", row->op, "shape", row->shape.n,
                                row->shape.c, row->shape.h, row->shape.w, "forward_ms",
                                row->forward * 1e3, "backward_ms", row->backward * 1e3,
                                "forward_flop", row->flop_forward, "backward_flop",
                                row->flop_backward, "bytes", (json_int_t)row->bytes));
}

static json_t *rows_array(JsonBuild *build, const Bench *bench) {
    json_t *rows = json_built(build, json_array());
    for (int i = 0; i < bench->count; i++)
        json_add(build, rows, row_object(build, &bench->row[i]));
    json_add(build, rows, row_object(build, &bench->losses));
    return rows;
}

static json_t *machine_object(JsonBuild *build, const Roofline *roof) {
    return json_built(build, json_pack("{s:s, s:f, s:f, s:f, s:f}", "vector",
                                       roof->vector, "fma_gflops_1", roof->fma_one,
                                       "fma_gflops", roof->fma_all, "triad_gbs_1",
                                       roof->triad_one, "triad_gbs", roof->triad_all));
}

bool bench_print_json(const Bench *bench, FILE *out, Error *err) {
    JsonBuild build = {0};
    json_t *all = json_built(&build, json_pack("{s:s, s:i, s:i, s:s, s:s, s:i, s:i}",
                                               "net", bench->net, "size", bench->side,
                                               "batch", bench->batch, "real", REAL_NAME,
                                               "kernels", bench->kernels, "threads",
                                               bench->threads, "rounds", bench->rounds));
    json_put(&build, all, "forward_ms", spread_object(&build, bench->forward));
    json_put(&build, all, "backward_ms", spread_object(&build, bench->backward));
    json_put(&build, all, "optimizer_ms", spread_object(&build, bench->move));
    json_put(&build, all, "step_ms", spread_object(&build, bench->step));
    json_put(&build, all, "adam_ms", spread_object(&build, bench->adam));
    json_put(&build, all, "lbfgs_ms", spread_object(&build, bench->lbfgs));
    json_put(&build, all, "flop", json_real(bench->flop));
    json_put(&build, all, "tape_bytes", json_integer((json_int_t)bench->tape_bytes));
    json_put(&build, all, "peak_bytes", json_integer((json_int_t)bench->peak_bytes));
    json_put(&build, all, "machine", machine_object(&build, &bench->roof));
    json_put(&build, all, "layers", rows_array(&build, bench));
    const bool good =
        json_print(&build, all, JSON_COMPACT | JSON_REAL_PRECISION(8), out, err);
    json_decref(all);
    return good;
}
