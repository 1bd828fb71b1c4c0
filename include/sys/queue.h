/*
 * sys/queue.h - BSD's lists and queues, queue(3). libc has no such header.
 *
 * Five kinds. SLIST and STAILQ link forwards; LIST can remove any element; TAILQ and CIRCLEQ go
 * both ways; STAILQ and TAILQ know their end. SIMPLEQ is STAILQ. `field` is the member that an
 * element keeps its links in. The _SAFE loops read the next link before the body runs.
 */
#ifndef _SYS_QUEUE_H_
#define _SYS_QUEUE_H_

/* Singly linked list. */
#define SLIST_HEAD(name, type) struct name { struct type *slh_first; }
#define SLIST_HEAD_INITIALIZER(head) { 0 }
#define SLIST_ENTRY(type) struct { struct type *sle_next; }
#define SLIST_INIT(head) do { (head)->slh_first = 0; } while (0)
#define SLIST_EMPTY(head) ((head)->slh_first == 0)
#define SLIST_FIRST(head) ((head)->slh_first)
#define SLIST_NEXT(element, field) ((element)->field.sle_next)
#define SLIST_FOREACH(at, head, field) \
	for ((at) = SLIST_FIRST(head); (at); (at) = SLIST_NEXT(at, field))
#define SLIST_FOREACH_SAFE(at, head, field, after) \
	for ((at) = SLIST_FIRST(head); (at) && ((after) = SLIST_NEXT(at, field), 1); (at) = (after))
#define SLIST_INSERT_HEAD(head, element, field) do {         \
	SLIST_NEXT(element, field) = SLIST_FIRST(head);      \
	SLIST_FIRST(head) = (element);                       \
} while (0)
#define SLIST_INSERT_AFTER(before, element, field) do {              \
	SLIST_NEXT(element, field) = SLIST_NEXT(before, field);      \
	SLIST_NEXT(before, field) = (element);                       \
} while (0)
#define SLIST_REMOVE_HEAD(head, field) do {                          \
	SLIST_FIRST(head) = SLIST_NEXT(SLIST_FIRST(head), field);    \
} while (0)
#define SLIST_REMOVE_AFTER(before, field) do {                                       \
	SLIST_NEXT(before, field) = SLIST_NEXT(SLIST_NEXT(before, field), field);    \
} while (0)
#define SLIST_REMOVE(head, element, type, field) do {                \
	struct type **__link = &SLIST_FIRST(head);                   \
	while (*__link != (element))                                 \
		__link = &SLIST_NEXT(*__link, field);                \
	*__link = SLIST_NEXT(*__link, field);                        \
} while (0)

/* List: each element knows the link that points at it. */
#define LIST_HEAD(name, type) struct name { struct type *lh_first; }
#define LIST_HEAD_INITIALIZER(head) { 0 }
#define LIST_ENTRY(type) struct { struct type *le_next; struct type **le_prev; }
#define LIST_INIT(head) do { (head)->lh_first = 0; } while (0)
#define LIST_EMPTY(head) ((head)->lh_first == 0)
#define LIST_FIRST(head) ((head)->lh_first)
#define LIST_NEXT(element, field) ((element)->field.le_next)
#define LIST_FOREACH(at, head, field) \
	for ((at) = LIST_FIRST(head); (at); (at) = LIST_NEXT(at, field))
#define LIST_FOREACH_SAFE(at, head, field, after) \
	for ((at) = LIST_FIRST(head); (at) && ((after) = LIST_NEXT(at, field), 1); (at) = (after))
#define LIST_INSERT_HEAD(head, element, field) do {                              \
	if ((LIST_NEXT(element, field) = LIST_FIRST(head)) != 0)                 \
		LIST_FIRST(head)->field.le_prev = &LIST_NEXT(element, field);    \
	LIST_FIRST(head) = (element);                                            \
	(element)->field.le_prev = &LIST_FIRST(head);                            \
} while (0)
#define LIST_INSERT_AFTER(before, element, field) do {                                   \
	if ((LIST_NEXT(element, field) = LIST_NEXT(before, field)) != 0)                 \
		LIST_NEXT(before, field)->field.le_prev = &LIST_NEXT(element, field);    \
	LIST_NEXT(before, field) = (element);                                            \
	(element)->field.le_prev = &LIST_NEXT(before, field);                            \
} while (0)
#define LIST_INSERT_BEFORE(after, element, field) do {           \
	(element)->field.le_prev = (after)->field.le_prev;       \
	LIST_NEXT(element, field) = (after);                     \
	*(after)->field.le_prev = (element);                     \
	(after)->field.le_prev = &LIST_NEXT(element, field);     \
} while (0)
#define LIST_REMOVE(element, field) do {                                                 \
	if (LIST_NEXT(element, field) != 0)                                              \
		LIST_NEXT(element, field)->field.le_prev = (element)->field.le_prev;     \
	*(element)->field.le_prev = LIST_NEXT(element, field);                           \
} while (0)

/* Singly linked queue. */
#define STAILQ_HEAD(name, type) struct name { struct type *stqh_first; struct type **stqh_last; }
#define STAILQ_HEAD_INITIALIZER(head) { 0, &(head).stqh_first }
#define STAILQ_ENTRY(type) struct { struct type *stqe_next; }
#define STAILQ_INIT(head) do {                       \
	(head)->stqh_first = 0;                      \
	(head)->stqh_last = &(head)->stqh_first;     \
} while (0)
#define STAILQ_EMPTY(head) ((head)->stqh_first == 0)
#define STAILQ_FIRST(head) ((head)->stqh_first)
#define STAILQ_NEXT(element, field) ((element)->field.stqe_next)
#define STAILQ_LAST(head, type, field)                                         \
	(STAILQ_EMPTY(head) ? (struct type *)0                                 \
	     : (struct type *)(void *)((char *)(head)->stqh_last -             \
	           __builtin_offsetof(struct type, field.stqe_next)))
#define STAILQ_FOREACH(at, head, field) \
	for ((at) = STAILQ_FIRST(head); (at); (at) = STAILQ_NEXT(at, field))
#define STAILQ_FOREACH_SAFE(at, head, field, after) \
	for ((at) = STAILQ_FIRST(head); (at) && ((after) = STAILQ_NEXT(at, field), 1); (at) = (after))
#define STAILQ_INSERT_HEAD(head, element, field) do {                        \
	if ((STAILQ_NEXT(element, field) = STAILQ_FIRST(head)) == 0)         \
		(head)->stqh_last = &STAILQ_NEXT(element, field);            \
	STAILQ_FIRST(head) = (element);                                      \
} while (0)
#define STAILQ_INSERT_TAIL(head, element, field) do {            \
	STAILQ_NEXT(element, field) = 0;                         \
	*(head)->stqh_last = (element);                          \
	(head)->stqh_last = &STAILQ_NEXT(element, field);        \
} while (0)
#define STAILQ_INSERT_AFTER(head, before, element, field) do {                       \
	if ((STAILQ_NEXT(element, field) = STAILQ_NEXT(before, field)) == 0)         \
		(head)->stqh_last = &STAILQ_NEXT(element, field);                    \
	STAILQ_NEXT(before, field) = (element);                                      \
} while (0)
#define STAILQ_REMOVE_HEAD(head, field) do {                                         \
	if ((STAILQ_FIRST(head) = STAILQ_NEXT(STAILQ_FIRST(head), field)) == 0)      \
		(head)->stqh_last = &STAILQ_FIRST(head);                             \
} while (0)
#define STAILQ_REMOVE_AFTER(head, before, field) do {                                        \
	if ((STAILQ_NEXT(before, field) = STAILQ_NEXT(STAILQ_NEXT(before, field), field)) == 0) \
		(head)->stqh_last = &STAILQ_NEXT(before, field);                             \
} while (0)
#define STAILQ_REMOVE(head, element, type, field) do {               \
	struct type **__link = &STAILQ_FIRST(head);                  \
	while (*__link != (element))                                 \
		__link = &STAILQ_NEXT(*__link, field);               \
	if ((*__link = STAILQ_NEXT(*__link, field)) == 0)            \
		(head)->stqh_last = __link;                          \
} while (0)
#define STAILQ_CONCAT(head, other) do {                      \
	if (!STAILQ_EMPTY(other)) {                          \
		*(head)->stqh_last = (other)->stqh_first;    \
		(head)->stqh_last = (other)->stqh_last;      \
		STAILQ_INIT(other);                          \
	}                                                    \
} while (0)

/* Simple queue: the other name of the above. */
#define SIMPLEQ_HEAD(name, type) STAILQ_HEAD(name, type)
#define SIMPLEQ_HEAD_INITIALIZER(head) STAILQ_HEAD_INITIALIZER(head)
#define SIMPLEQ_ENTRY(type) STAILQ_ENTRY(type)
#define SIMPLEQ_INIT(head) STAILQ_INIT(head)
#define SIMPLEQ_EMPTY(head) STAILQ_EMPTY(head)
#define SIMPLEQ_FIRST(head) STAILQ_FIRST(head)
#define SIMPLEQ_NEXT(element, field) STAILQ_NEXT(element, field)
#define SIMPLEQ_FOREACH(at, head, field) STAILQ_FOREACH(at, head, field)
#define SIMPLEQ_INSERT_HEAD(head, element, field) STAILQ_INSERT_HEAD(head, element, field)
#define SIMPLEQ_INSERT_TAIL(head, element, field) STAILQ_INSERT_TAIL(head, element, field)
#define SIMPLEQ_INSERT_AFTER(head, before, element, field) \
	STAILQ_INSERT_AFTER(head, before, element, field)
#define SIMPLEQ_REMOVE_HEAD(head, field) STAILQ_REMOVE_HEAD(head, field)
#define SIMPLEQ_REMOVE(head, element, type, field) STAILQ_REMOVE(head, element, type, field)
#define SIMPLEQ_CONCAT(head, other) STAILQ_CONCAT(head, other)

/* Tail queue: as a list, and knows its end. */
#define TAILQ_HEAD(name, type) struct name { struct type *tqh_first; struct type **tqh_last; }
#define TAILQ_HEAD_INITIALIZER(head) { 0, &(head).tqh_first }
#define TAILQ_ENTRY(type) struct { struct type *tqe_next; struct type **tqe_prev; }
#define TAILQ_INIT(head) do {                        \
	(head)->tqh_first = 0;                       \
	(head)->tqh_last = &(head)->tqh_first;       \
} while (0)
#define TAILQ_EMPTY(head) ((head)->tqh_first == 0)
#define TAILQ_FIRST(head) ((head)->tqh_first)
#define TAILQ_NEXT(element, field) ((element)->field.tqe_next)
/* A link's place is that of a head too, so the head before gives the element before. */
#define TAILQ_LAST(head, name) (*(((struct name *)((head)->tqh_last))->tqh_last))
#define TAILQ_PREV(element, name, field) \
	(*(((struct name *)((element)->field.tqe_prev))->tqh_last))
#define TAILQ_FOREACH(at, head, field) \
	for ((at) = TAILQ_FIRST(head); (at); (at) = TAILQ_NEXT(at, field))
#define TAILQ_FOREACH_SAFE(at, head, field, after) \
	for ((at) = TAILQ_FIRST(head); (at) && ((after) = TAILQ_NEXT(at, field), 1); (at) = (after))
#define TAILQ_FOREACH_REVERSE(at, head, name, field) \
	for ((at) = TAILQ_LAST(head, name); (at); (at) = TAILQ_PREV(at, name, field))
#define TAILQ_FOREACH_REVERSE_SAFE(at, head, name, field, after)                            \
	for ((at) = TAILQ_LAST(head, name); (at) && ((after) = TAILQ_PREV(at, name, field), 1); \
	     (at) = (after))
#define TAILQ_INSERT_HEAD(head, element, field) do {                                 \
	if ((TAILQ_NEXT(element, field) = TAILQ_FIRST(head)) != 0)                   \
		TAILQ_FIRST(head)->field.tqe_prev = &TAILQ_NEXT(element, field);     \
	else                                                                         \
		(head)->tqh_last = &TAILQ_NEXT(element, field);                      \
	TAILQ_FIRST(head) = (element);                                               \
	(element)->field.tqe_prev = &TAILQ_FIRST(head);                              \
} while (0)
#define TAILQ_INSERT_TAIL(head, element, field) do {             \
	TAILQ_NEXT(element, field) = 0;                          \
	(element)->field.tqe_prev = (head)->tqh_last;            \
	*(head)->tqh_last = (element);                           \
	(head)->tqh_last = &TAILQ_NEXT(element, field);          \
} while (0)
#define TAILQ_INSERT_AFTER(head, before, element, field) do {                                \
	if ((TAILQ_NEXT(element, field) = TAILQ_NEXT(before, field)) != 0)                   \
		TAILQ_NEXT(element, field)->field.tqe_prev = &TAILQ_NEXT(element, field);    \
	else                                                                                 \
		(head)->tqh_last = &TAILQ_NEXT(element, field);                              \
	TAILQ_NEXT(before, field) = (element);                                               \
	(element)->field.tqe_prev = &TAILQ_NEXT(before, field);                              \
} while (0)
#define TAILQ_INSERT_BEFORE(after, element, field) do {          \
	(element)->field.tqe_prev = (after)->field.tqe_prev;     \
	TAILQ_NEXT(element, field) = (after);                    \
	*(after)->field.tqe_prev = (element);                    \
	(after)->field.tqe_prev = &TAILQ_NEXT(element, field);   \
} while (0)
#define TAILQ_REMOVE(head, element, field) do {                                              \
	if (TAILQ_NEXT(element, field) != 0)                                                 \
		TAILQ_NEXT(element, field)->field.tqe_prev = (element)->field.tqe_prev;      \
	else                                                                                 \
		(head)->tqh_last = (element)->field.tqe_prev;                                \
	*(element)->field.tqe_prev = TAILQ_NEXT(element, field);                             \
} while (0)
#define TAILQ_REPLACE(head, element, other, field) do {                                      \
	if ((TAILQ_NEXT(other, field) = TAILQ_NEXT(element, field)) != 0)                    \
		TAILQ_NEXT(other, field)->field.tqe_prev = &TAILQ_NEXT(other, field);        \
	else                                                                                 \
		(head)->tqh_last = &TAILQ_NEXT(other, field);                                \
	(other)->field.tqe_prev = (element)->field.tqe_prev;                                 \
	*(other)->field.tqe_prev = (other);                                                  \
} while (0)
#define TAILQ_CONCAT(head, other, field) do {                                \
	if (!TAILQ_EMPTY(other)) {                                           \
		*(head)->tqh_last = (other)->tqh_first;                      \
		(other)->tqh_first->field.tqe_prev = (head)->tqh_last;       \
		(head)->tqh_last = (other)->tqh_last;                        \
		TAILQ_INIT(other);                                           \
	}                                                                    \
} while (0)

/* Circular queue: the head stands for "no element" at both ends. */
#define CIRCLEQ_HEAD(name, type) struct name { struct type *cqh_first; struct type *cqh_last; }
#define CIRCLEQ_HEAD_INITIALIZER(head) { (void *)&(head), (void *)&(head) }
#define CIRCLEQ_ENTRY(type) struct { struct type *cqe_next; struct type *cqe_prev; }
#define CIRCLEQ_INIT(head) do {                      \
	(head)->cqh_first = (void *)(head);          \
	(head)->cqh_last = (void *)(head);           \
} while (0)
#define CIRCLEQ_EMPTY(head) ((void *)(head)->cqh_first == (void *)(head))
#define CIRCLEQ_FIRST(head) ((head)->cqh_first)
#define CIRCLEQ_LAST(head) ((head)->cqh_last)
#define CIRCLEQ_NEXT(element, field) ((element)->field.cqe_next)
#define CIRCLEQ_PREV(element, field) ((element)->field.cqe_prev)
#define CIRCLEQ_FOREACH(at, head, field) \
	for ((at) = CIRCLEQ_FIRST(head); (void *)(at) != (void *)(head); (at) = CIRCLEQ_NEXT(at, field))
#define CIRCLEQ_FOREACH_REVERSE(at, head, field) \
	for ((at) = CIRCLEQ_LAST(head); (void *)(at) != (void *)(head); (at) = CIRCLEQ_PREV(at, field))
#define CIRCLEQ_INSERT_AFTER(head, before, element, field) do {                      \
	(element)->field.cqe_prev = (before);                                        \
	(element)->field.cqe_next = (before)->field.cqe_next;                        \
	if ((void *)(before)->field.cqe_next == (void *)(head))                      \
		(head)->cqh_last = (element);                                        \
	else                                                                         \
		(before)->field.cqe_next->field.cqe_prev = (element);                \
	(before)->field.cqe_next = (element);                                        \
} while (0)
#define CIRCLEQ_INSERT_BEFORE(head, after, element, field) do {                      \
	(element)->field.cqe_next = (after);                                         \
	(element)->field.cqe_prev = (after)->field.cqe_prev;                         \
	if ((void *)(after)->field.cqe_prev == (void *)(head))                       \
		(head)->cqh_first = (element);                                       \
	else                                                                         \
		(after)->field.cqe_prev->field.cqe_next = (element);                 \
	(after)->field.cqe_prev = (element);                                         \
} while (0)
#define CIRCLEQ_INSERT_HEAD(head, element, field) do {               \
	(element)->field.cqe_next = (head)->cqh_first;               \
	(element)->field.cqe_prev = (void *)(head);                  \
	if ((void *)(head)->cqh_last == (void *)(head))              \
		(head)->cqh_last = (element);                        \
	else                                                         \
		(head)->cqh_first->field.cqe_prev = (element);       \
	(head)->cqh_first = (element);                               \
} while (0)
#define CIRCLEQ_INSERT_TAIL(head, element, field) do {               \
	(element)->field.cqe_next = (void *)(head);                  \
	(element)->field.cqe_prev = (head)->cqh_last;                \
	if ((void *)(head)->cqh_first == (void *)(head))             \
		(head)->cqh_first = (element);                       \
	else                                                         \
		(head)->cqh_last->field.cqe_next = (element);        \
	(head)->cqh_last = (element);                                \
} while (0)
#define CIRCLEQ_REMOVE(head, element, field) do {                                            \
	if ((void *)(element)->field.cqe_next == (void *)(head))                             \
		(head)->cqh_last = (element)->field.cqe_prev;                                \
	else                                                                                 \
		(element)->field.cqe_next->field.cqe_prev = (element)->field.cqe_prev;       \
	if ((void *)(element)->field.cqe_prev == (void *)(head))                             \
		(head)->cqh_first = (element)->field.cqe_next;                               \
	else                                                                                 \
		(element)->field.cqe_prev->field.cqe_next = (element)->field.cqe_next;       \
} while (0)

#endif
