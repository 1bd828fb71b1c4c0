/*
 * The same in C++. There a declaration with other parameters would be an overload, which C linkage
 * forbids, so the compiler refuses it as well; restrict and the names of parameters do not count.
 */
#include "prototypes.c"
