/* Distillation: a small network learns to reproduce the features of large networks.
 *
 * Style transfer compares features, so the quality of a network depends on its features.
 * The student gets photographs. For some layers a linear map (a 1x1 convolution that
 * exists during training only) predicts the teacher's features from the student's:
 *
 *     loss = sum over layers of  mean over positions and channels of
 *                (A_l student_l(x) + a_l - t_l)^2,     t_l = teacher_l(x) / deviation_l
 *
 * where deviation_l, one number a channel, is the root mean square of the teacher's
 * channel over photographs, so each term begins near 1 and is the part that the student
 * does not explain. Hinton et al. 2015 is the idea, Romero et al. 2015 ("FitNets") the
 * version with feature maps.
 *
 *     Distill *d = distill_new(arena, teachers, 1, student, photos, settings, &err);
 *     Optimizer *adam = adam_new(arena, distill_objective(d), ADAM_DEFAULTS);
 *     for (int i = 0; i < steps; i++) {
 *         if (!distill_batch(d, PHOTOS_TRAIN, &err)) ...
 *         optimizer_step(adam);
 *     }
 *     distill_normalize(d, &err);
 *     network_weights(student, arena);
 *     distill_free(d); */
#ifndef TRAIN_DISTILL_H
#define TRAIN_DISTILL_H

#include "nn/network.h"
#include "optim/objective.h"
#include "tensor/state.h"
#include "train/photos.h"

#define DISTILL_LAYERS 8
#define DISTILL_TEACHERS 4

/* One layer that the student learns. */
typedef struct DistillLayer {
    const char *learns, *teaches; /* the student's layer, the teacher's */
} DistillLayer;

typedef struct DistillSettings {
    int batch, side; /* photographs at a time, pixels */
    int painted;     /* how many of them are paintings in progress: painted.h */
    uint64_t seed;   /* of the student's first weights and of all draws */
    int layers;      /* of them below, at most DISTILL_LAYERS */
    DistillLayer layer[DISTILL_LAYERS];
} DistillSettings;

typedef struct Distill Distill;

/* Gives the student random weights and measures the teachers' deviations. Each layer is
 * taught by the first teacher that has weights for it. Fails when there is none, when a
 * layer of the student is unknown, or a photograph cannot be read. */
Distill *distill_new(Arena *arena, Network *const *teachers, int count, Network *student,
                     const Photos *photos, DistillSettings settings, Error *err);
void distill_free(Distill *d);

/* Bytes that distill_new would take, about. The student is of no use afterwards. */
bool distill_forecast(Network *const *teachers, int count, Network *student,
                      DistillSettings settings, size_t *bytes, Error *err);

/* The loss and its gradient at the present batch, for an optimiser; the numbers are the
 * student's weights and the maps. */
Objective distill_objective(Distill *d);

/* Draws the next batch and computes the teachers' features. */
bool distill_batch(Distill *d, PhotosPart part, Error *err);

/* The loss on `batches` batches of photographs that are not used for training; layer[l]
 * gets the part of each layer. The next training batch is drawn afresh. */
bool distill_test(Distill *d, int batches, double *total, double layer[DISTILL_LAYERS],
                  Error *err);

/* Scales the student's convolutions so that the mean activation after each ReLU over
 * photographs is 1, as Gatys et al. 2016 (section 2) did with the filters of VGG, see
 * network_divide. What the ReLUs compute changes by a factor a layer and not otherwise.
 */
bool distill_normalize(Distill *d, Error *err);

/* Adds all that the training remembers between two steps, but for the optimiser: the
 * weights, the random numbers, the paintings in progress. A training of the same settings,
 * teachers and photographs, given the same pieces, continues with the same bits.
 * distill_state_check: whether pieces that were copied from a file can be its. */
void distill_state(Distill *d, StateList *list);
bool distill_state_check(const Distill *d, Error *err);

#endif
