/* How the library reaches files by their path. */

struct stat;

struct __wps_files {
    int (*open_to_read)(const char *path);
    int (*stat)(int folder, const char *path, struct stat *to, int flags);
};

extern const struct __wps_files __wps_files;
