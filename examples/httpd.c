/*
 * httpd - a small file server for HTTP/1.0 and 1.1. One process, one select() loop, non-blocking
 * sockets, and nothing in it about WebAssembly: it is what the library is for.
 *
 *     httpd [-a address] [-p port] [-t seconds] [folder]
 *
 * GET and HEAD of files, index.html, a listing for other folders, persistent connections.
 * Port 0 lets the system choose; the address in use is the first line of the log, on stderr.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_CLIENTS 256
#define MAX_REQUEST 8192
#define CHUNK 65536

/* A growing piece of text; `failed` once there was no memory for more. */
struct text {
    char *data;
    size_t len, size;
    int failed;
};

struct client {
    int fd;
    char peer[32];
    time_t active;              /* of the last byte in or out */
    char request[MAX_REQUEST + 1];
    size_t got;
    int answering;              /* the request is complete */
    int keep;                   /* another request may follow */
    struct text out;            /* header, and the page if it is not a file */
    size_t sent;
    int file;                   /* the file to send after `out`, or -1 */
    off_t left;                 /* bytes of it that were promised and not read yet */
};

static struct client *clients[MAX_CLIENTS];
static const char *root = ".";
static int idle_seconds = 30;
static volatile sig_atomic_t stop;

static void on_signal(int number) { (void)number; stop = 1; }

static void append(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void append(struct text *t, const char *format, ...) {
    while (!t->failed) {
        size_t room = t->size - t->len, size;
        va_list args;
        char *bigger;
        int n;
        va_start(args, format);
        n = vsnprintf(t->data ? t->data + t->len : NULL, room, format, args);
        va_end(args);
        if (n >= 0 && (size_t)n < room) {
            t->len += (size_t)n;
            return;
        }
        size = t->size * 2 + (n > 0 ? (size_t)n : 0) + 256;
        if (n < 0 || !(bigger = realloc(t->data, size))) {
            t->failed = 1;
            return;
        }
        t->data = bigger;
        t->size = size;
    }
}

/* Appends `name` as part of a link (`in_url`) or as text, so that nothing in it is markup. */
static void append_quoted(struct text *t, const char *name, int in_url) {
    for (; *name; name++) {
        unsigned char ch = (unsigned char)*name;
        if (isalnum(ch) || strchr("-._~/", ch)) append(t, "%c", ch);
        else if (in_url) append(t, "%%%02X", ch);
        else if (strchr("<>&\"'", ch)) append(t, "&#%d;", ch);
        else append(t, "%c", ch);
    }
}

static const char *mime_type(const char *path) {
    static const char *const types[][2] = {
        {".html", "text/html"},       {".htm", "text/html"},        {".txt", "text/plain"},
        {".c", "text/plain"},         {".h", "text/plain"},         {".md", "text/plain"},
        {".css", "text/css"},         {".js", "text/javascript"},   {".json", "application/json"},
        {".xml", "application/xml"},  {".pdf", "application/pdf"},  {".wasm", "application/wasm"},
        {".gif", "image/gif"},        {".jpg", "image/jpeg"},       {".jpeg", "image/jpeg"},
        {".png", "image/png"},        {".svg", "image/svg+xml"},    {".ico", "image/x-icon"},
    };
    const char *dot = strrchr(path, '.');
    size_t i;
    if (dot)
        for (i = 0; i < sizeof types / sizeof *types; i++)
            if (!strcasecmp(dot, types[i][0])) return types[i][1];
    return "application/octet-stream";
}

static void http_date(time_t when, char *to, size_t size) {
    strftime(to, size, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&when));
}

/* Starts an answer with its header; `more` is further header lines. */
static void header(struct client *c, int status, const char *reason, const char *type,
                   long long length, const char *more) {
    char date[64];
    http_date(time(NULL), date, sizeof date);
    c->out.len = c->sent = 0;
    append(&c->out,
           "HTTP/1.1 %d %s\r\nDate: %s\r\nServer: httpd\r\nContent-Type: %s\r\n"
           "Content-Length: %lld\r\nConnection: %s\r\n%s\r\n",
           status, reason, date, type, length, c->keep ? "keep-alive" : "close", more);
}

static void error_page(struct client *c, int status, const char *reason, const char *more,
                       int body_wanted) {
    char body[256];
    snprintf(body, sizeof body, "<!doctype html><title>%d</title><h1>%d %s</h1>\n", status, status,
             reason);
    header(c, status, reason, "text/html", (long long)strlen(body), more);
    if (body_wanted) append(&c->out, "%s", body);
}

static void list_folder(struct client *c, const char *path, const char *url, int body_wanted) {
    struct text page = {NULL, 0, 0, 0};
    struct dirent *entry;
    DIR *dir = opendir(path);
    if (!dir) {
        error_page(c, 403, "Forbidden", "", body_wanted);
        return;
    }
    append(&page, "<!doctype html><title>Index of ");
    append_quoted(&page, url, 0);
    append(&page, "</title><ul>\n%s", url[1] ? "<li><a href=\"..\">..</a>\n" : "");
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        append(&page, "<li><a href=\"./");
        append_quoted(&page, entry->d_name, 1);
        append(&page, "\">");
        append_quoted(&page, entry->d_name, 0);
        append(&page, "</a>\n");
    }
    closedir(dir);
    append(&page, "</ul>\n");
    if (page.failed) {
        error_page(c, 500, "Out Of Memory", "", body_wanted);
    } else {
        header(c, 200, "OK", "text/html; charset=utf-8", (long long)page.len, "");
        if (body_wanted) append(&c->out, "%s", page.data);
    }
    free(page.data);
}

/* Undoes %XX in place. Returns -1 for malformed ones, for control characters, and for a part `..`,
   which would climb out of the folder. */
static int decode_path(char *path) {
    char *from = path, *to = path, *part;
    for (; *from && *from != '?' && *from != '#'; from++) {
        if (*from == '%') {
            char hex[3];
            if (!isxdigit((unsigned char)from[1]) || !isxdigit((unsigned char)from[2])) return -1;
            hex[0] = from[1], hex[1] = from[2], hex[2] = 0;
            *to = (char)strtol(hex, NULL, 16);
            if (iscntrl((unsigned char)*to++)) return -1;
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = 0;
    for (part = path; (part = strstr(part, "/..")) != NULL; part += 3)
        if (part[3] == '/' || !part[3]) return -1;
    return *path == '/' ? 0 : -1;
}

/* Reads on in the file, behind what is in the output. Returns -1 when the file is too short now. */
static int refill(struct client *c) {
    ssize_t n;
    if (c->out.size < c->out.len + CHUNK) {
        char *bigger = realloc(c->out.data, c->out.len + CHUNK);
        if (!bigger) return -1;
        c->out.data = bigger;
        c->out.size = c->out.len + CHUNK;
    }
    n = read(c->file, c->out.data + c->out.len, c->left < CHUNK ? (size_t)c->left : CHUNK);
    if (n <= 0) return -1;
    c->out.len += (size_t)n;
    c->left -= n;
    return 0;
}

static void serve_path(struct client *c, char *url, int body_wanted) {
    char path[MAX_REQUEST + 512], more[512], date[64];
    struct stat st;
    int fd = -1;
    if (decode_path(url)) {
        error_page(c, 400, "Bad Request", "", body_wanted);
        return;
    }
    snprintf(path, sizeof path, "%s%s", root, url);
    if (stat(path, &st)) {
        int gone = errno == ENOENT || errno == ENOTDIR;
        error_page(c, gone ? 404 : 403, gone ? "Not Found" : "Forbidden", "", body_wanted);
        return;
    }
    if (S_ISDIR(st.st_mode)) {
        if (url[strlen(url) - 1] != '/') { /* links in the listing are relative to the folder */
            struct text where = {NULL, 0, 0, 0};
            append(&where, "Location: ");
            append_quoted(&where, url, 1);
            append(&where, "/\r\n");
            if (where.failed) error_page(c, 500, "Out Of Memory", "", body_wanted);
            else error_page(c, 301, "Moved Permanently", where.data, body_wanted);
            free(where.data);
            return;
        }
        snprintf(path + strlen(path), sizeof path - strlen(path), "index.html");
        if (stat(path, &st)) {
            path[strlen(path) - strlen("index.html")] = 0;
            list_folder(c, path, url, body_wanted);
            return;
        }
    }
    if (!S_ISREG(st.st_mode) || (fd = open(path, O_RDONLY)) < 0 || fstat(fd, &st)) {
        if (fd >= 0) close(fd);
        error_page(c, 403, "Forbidden", "", body_wanted);
        return;
    }
    http_date(st.st_mtime, date, sizeof date);
    snprintf(more, sizeof more, "Last-Modified: %s\r\n", date);
    header(c, 200, "OK", mime_type(path), (long long)st.st_size, more);
    if (!body_wanted) {
        close(fd);
        return;
    }
    c->file = fd;
    c->left = st.st_size;
    /* The first piece goes out together with the header. If it cannot be read, the promised length
       is not kept, and do_write ends the connection. */
    if (c->left && !c->out.failed) refill(c);
}

/* The value of a header line, or NULL; `request` has its lines ended by NUL already. */
static const char *find_header(const char *line, const char *end, const char *name) {
    size_t len = strlen(name);
    for (; line < end; line += strlen(line) + 1) {
        if (!strncasecmp(line, name, len) && line[len] == ':') {
            line += len + 1;
            return line + strspn(line, " \t");
        }
    }
    return NULL;
}

/* Answers the request in c->request[0..size), a whole one with its empty line. */
static void handle_request(struct client *c, size_t size) {
    char *end = c->request + size, *p, *method, *url, *version;
    const char *connection;
    int head;
    *end = 0;
    for (p = c->request; p < end; p++) {
        if (*p == '\r' || *p == '\n') *p = 0;
        else if (iscntrl((unsigned char)*p)) *p = ' ';
    }
    method = c->request;
    url = strchr(method, ' ');
    version = url ? strchr(url + 1, ' ') : NULL;
    c->answering = 1;
    c->keep = 0;
    if (!version || strncmp(version + 1, "HTTP/1.", 7)) {
        error_page(c, 400, "Bad Request", "", 1);
    } else {
        const char *headers = method + strlen(method) + 1;
        *url++ = 0;
        *version++ = 0;
        connection = find_header(headers, end, "Connection");
        c->keep = strcmp(version, "HTTP/1.0") ? !connection || strcasecmp(connection, "close")
                                              : connection && !strcasecmp(connection, "keep-alive");
        head = !strcmp(method, "HEAD");
        if (find_header(headers, end, "Content-Length") ||
            find_header(headers, end, "Transfer-Encoding"))
            c->keep = 0; /* a body is not read, so what follows is not a request */
        if (head || !strcmp(method, "GET"))
            serve_path(c, url, !head);
        else
            error_page(c, 405, "Method Not Allowed", "Allow: GET, HEAD\r\n", 1);
    }
    fprintf(stderr, "%s \"%s %s\" %.3s\n", c->peer, method, url && version ? url : "-",
            c->out.failed ? "500" : c->out.data + 9);
}

/* The length of the first whole request in the buffer, or 0. */
static size_t request_end(const struct client *c) {
    const char *p;
    for (p = c->request; (p = strchr(p, '\n')) != NULL; p++) {
        if (p[1] == '\n') return (size_t)(p + 2 - c->request);
        if (p[1] == '\r' && p[2] == '\n') return (size_t)(p + 3 - c->request);
    }
    return 0;
}

static void drop(int slot) {
    struct client *c = clients[slot];
    if (c->file >= 0) close(c->file);
    close(c->fd);
    free(c->out.data);
    free(c);
    clients[slot] = NULL;
}

/* Starts on the next request if a whole one is there. What follows it stays for later. */
static void next_request(struct client *c) {
    char rest[MAX_REQUEST];
    size_t size = request_end(c), more = c->got - size;
    if (size) {
        memcpy(rest, c->request + size, more);
        handle_request(c, size);
        memcpy(c->request, rest, more);
        c->request[c->got = more] = 0;
    } else if (c->got == MAX_REQUEST) {
        c->answering = 1;
        c->keep = 0;
        error_page(c, 431, "Request Header Fields Too Large", "", 1);
    }
}

/* Returns -1 when the connection is over. */
static int do_read(struct client *c) {
    ssize_t n = recv(c->fd, c->request + c->got, MAX_REQUEST - c->got, 0);
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
    if (n == 0) return -1;
    c->active = time(NULL);
    c->got += (size_t)n;
    c->request[c->got] = 0;
    next_request(c);
    return 0;
}

/* Returns -1 when the connection is over. */
static int do_write(struct client *c) {
    for (;;) {
        ssize_t n;
        if (c->out.failed) return -1;
        if (c->sent == c->out.len) {
            if (c->left == 0) break;
            c->out.len = c->sent = 0;
            if (refill(c)) return -1;
        }
        n = send(c->fd, c->out.data + c->sent, c->out.len - c->sent, 0);
        if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
        c->sent += (size_t)n;
        c->active = time(NULL);
    }
    if (c->file >= 0) close(c->file);
    c->file = -1;
    c->out.len = c->sent = 0;
    if (!c->keep) return -1;
    c->answering = 0;
    next_request(c);
    return 0;
}

static void do_accept(int listener) {
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    int slot, fd = accept(listener, (struct sockaddr *)&peer, &len);
    struct client *c;
    if (fd < 0) return;
    for (slot = 0; slot < MAX_CLIENTS && clients[slot]; slot++) {}
    if (slot == MAX_CLIENTS || fd >= FD_SETSIZE || !(c = calloc(1, sizeof *c))) {
        close(fd);
        return;
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    c->fd = fd;
    c->file = -1;
    c->active = time(NULL);
    snprintf(c->peer, sizeof c->peer, "%s:%d", inet_ntoa(peer.sin_addr), ntohs(peer.sin_port));
    clients[slot] = c;
}

static int open_listener(const char *address, int port) {
    struct sockaddr_in name;
    socklen_t len = sizeof name;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(&name, 0, sizeof name);
    name.sin_family = AF_INET;
    name.sin_port = htons((unsigned short)port);
    if (!inet_aton(address, &name.sin_addr)) {
        fprintf(stderr, "httpd: %s is not an address\n", address);
        exit(2);
    }
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        bind(fd, (struct sockaddr *)&name, sizeof name) || listen(fd, 64) ||
        fcntl(fd, F_SETFL, O_NONBLOCK) || getsockname(fd, (struct sockaddr *)&name, &len)) {
        fprintf(stderr, "httpd: %s port %d: %s\n", address, port, strerror(errno));
        exit(1);
    }
    fprintf(stderr, "httpd: listening on http://%s:%d/\n", address, ntohs(name.sin_port));
    return fd;
}

static void serve(int listener) {
    while (!stop) {
        fd_set readable, writable;
        struct timeval wait = {1, 0};
        int i, top = listener;
        time_t now;
        FD_ZERO(&readable);
        FD_ZERO(&writable);
        FD_SET(listener, &readable);
        for (i = 0; i < MAX_CLIENTS; i++) {
            if (!clients[i]) continue;
            FD_SET(clients[i]->fd, clients[i]->answering ? &writable : &readable);
            if (clients[i]->fd > top) top = clients[i]->fd;
        }
        if (select(top + 1, &readable, &writable, NULL, &wait) < 0) {
            if (errno == EINTR) continue;
            perror("httpd: select");
            return;
        }
        now = time(NULL);
        for (i = 0; i < MAX_CLIENTS; i++) {
            struct client *c = clients[i];
            int over = 0;
            if (!c) continue;
            if (FD_ISSET(c->fd, &readable)) over = do_read(c);
            if (!over && c->answering) over = do_write(c);
            if (over || now - c->active > idle_seconds) drop(i);
        }
        if (FD_ISSET(listener, &readable)) do_accept(listener);
    }
}

int main(int argc, char **argv) {
    const char *address = "127.0.0.1";
    int option, port = 8080, listener, i;
    while ((option = getopt(argc, argv, "a:p:t:")) != -1) {
        if (option == 'a') address = optarg;
        else if (option == 'p') port = atoi(optarg);
        else if (option == 't') idle_seconds = atoi(optarg);
        else {
            fprintf(stderr, "usage: %s [-a address] [-p port] [-t seconds] [folder]\n", argv[0]);
            return 2;
        }
    }
    if (optind < argc) root = argv[optind];
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    listener = open_listener(address, port);
    serve(listener);
    for (i = 0; i < MAX_CLIENTS; i++)
        if (clients[i]) drop(i);
    close(listener);
    return 0;
}
