/* h_errno is thread-local in wasi-libc's headers, and thread-local data cannot be defined in
 * stable Rust. One variable serves both ways to it. */

_Thread_local int h_errno;

int *__h_errno_location(void);
int *__h_errno_location(void) { return &h_errno; }
