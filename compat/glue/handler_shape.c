/*
 * What parameters and results a function has, by its pointer: see `call_handler.c`. Only the linked
 * program has all functions, so the answer is written into it afterwards, by the linker that wps-cc and
 * share/wps/wps.cfg choose (`driver/src/shapes.rs`). It knows this function by its code, and has it call
 * one that knows. Elsewhere it says that nothing is known: no pointer is that large.
 */
#include <stdint.h>

int __wps_handler_shape(void *handler);
int __wps_handler_shape(void *handler) { return (uintptr_t)handler == 0x7e575a9eU; }
