/* What every cell sees. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autograd/ops.h"
#include "autograd/tape_print.h"
#include "io/assets.h"
#include "io/image.h"
#include "lessons/exercises/exercise.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "nn/network.h"
#include "notebooks/guard.h"
#include "notebooks/notebook.h"
#include "notebooks/show.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"
#include "tensor/threads.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"
