/* Files and folders, all below the current folder. */

static const char *const file_names[] = {
	"a", "b", "c", "folder", "folder/a", "folder/b", "folder/inner", "missing/a", "a/b", ".",
	"folder/..", "", "folder/", "./a", "folder/../a", "link",
};

#define NAMES (sizeof file_names / sizeof *file_names)

static const char *name_of(num name)
{
	return file_names[(size_t)name % NAMES];
}

/* Removes what is in a folder, all but the scripts. */
static void remove_files(const char *folder)
{
	char names[64][96];
	size_t count = 0;
	struct dirent *entry;
	DIR *open = opendir(folder);
	while (open && count < 64 && (entry = readdir(open)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")
			&& strncmp(entry->d_name, "scripts", 7))
			snprintf(names[count++], sizeof names[0], "%.60s/%.30s", folder, entry->d_name);
	if (open)
		closedir(open);
	for (size_t i = 0; i < count; i++)
		if (unlink(names[i])) {
			remove_files(names[i]);
			rmdir(names[i]);
		}
}

static void do_open(num slot, num name, num flags, num mode)
{
	vacate(slot);
	opened("open", slot, open(name_of(name), (int)flags, (mode_t)mode));
	end();
}

static void do_openat(num slot, num folder, num name, num flags, num mode)
{
	vacate(slot);
	opened("openat", slot, openat(fd(folder), name_of(name), (int)flags, (mode_t)mode));
	end();
}

/* Not of folders: each file system counts the places in one differently. */
static void do_lseek(num file, num offset, num whence)
{
	struct stat status;
	if (!fstat(fd(file), &status) && S_ISDIR(status.st_mode)) {
		out("lseek: a folder");
		end();
		return;
	}
	result("lseek", lseek(fd(file), (off_t)offset, (int)whence));
	end();
}

static void do_pread(num file, num length, num offset)
{
	clear();
	ssize_t got = pread(fd(file), data, (size_t)length, (off_t)offset);
	result("pread", got);
	received(got, length);
	end();
}

static void do_pwrite(num file, num length, num offset)
{
	fill(length);
	result("pwrite", pwrite(fd(file), data, (size_t)length, (off_t)offset));
	end();
}

static void do_preadv(num file, num first, num second, num offset)
{
	struct iovec parts[2] = { { data, (size_t)first }, { data + first, (size_t)second } };
	clear();
	ssize_t got = preadv(fd(file), parts, 2, (off_t)offset);
	result("preadv", got);
	received(got, first + second);
	end();
}

static void do_pwritev(num file, num first, num second, num offset)
{
	struct iovec parts[2] = { { data, (size_t)first }, { data + first, (size_t)second } };
	fill(first + second);
	result("pwritev", pwritev(fd(file), parts, 2, (off_t)offset));
	end();
}

static void do_ftruncate(num file, num length)
{
	result("ftruncate", ftruncate(fd(file), (off_t)length));
	end();
}

static void do_truncate(num name, num length)
{
	result("truncate", truncate(name_of(name), (off_t)length));
	end();
}

static void show_status(const char *call, int done, const struct stat *status)
{
	result(call, done);
	if (!done) {
		mode_t mode = status->st_mode;
		out(S_ISREG(mode) ? " file" : S_ISDIR(mode) ? " folder" : S_ISLNK(mode) ? " link"
			: S_ISSOCK(mode) ? " socket" : S_ISFIFO(mode) ? " pipe" : " other");
		if (S_ISREG(mode))
			out(" of %lld in %d", (num)status->st_size, (int)status->st_nlink);
	}
	end();
}

static void do_fstat(num file)
{
	struct stat status;
	memset(&status, 0, sizeof status);
	show_status("fstat", fstat(fd(file), &status), &status);
}

static void do_stat(num name)
{
	struct stat status;
	memset(&status, 0, sizeof status);
	show_status("stat", stat(name_of(name), &status), &status);
}

static void do_lstat(num name)
{
	struct stat status;
	memset(&status, 0, sizeof status);
	show_status("lstat", lstat(name_of(name), &status), &status);
}

static void do_fstatat(num folder, num name, num flags)
{
	struct stat status;
	memset(&status, 0, sizeof status);
	show_status("fstatat", fstatat(fd(folder), name_of(name), &status, (int)flags), &status);
}

static void do_access(num name, num mode)
{
	result("access", access(name_of(name), (int)mode));
	end();
}

static void do_unlink(num name)
{
	result("unlink", unlink(name_of(name)));
	end();
}

static void do_unlinkat(num folder, num name, num flags)
{
	result("unlinkat", unlinkat(fd(folder), name_of(name), (int)flags));
	end();
}

static void do_remove(num name)
{
	result("remove", remove(name_of(name)));
	end();
}

static void do_mkdir(num name)
{
	result("mkdir", mkdir(name_of(name), 0755));
	end();
}

static void do_mkdirat(num folder, num name)
{
	result("mkdirat", mkdirat(fd(folder), name_of(name), 0755));
	end();
}

static void do_rmdir(num name)
{
	result("rmdir", rmdir(name_of(name)));
	end();
}

static void do_rename(num from, num to)
{
	result("rename", rename(name_of(from), name_of(to)));
	end();
}

static void do_renameat(num folder, num from, num folder2, num to)
{
	result("renameat", renameat(fd(folder), name_of(from), fd(folder2), name_of(to)));
	end();
}

static void do_link(num from, num to)
{
	result("link", link(name_of(from), name_of(to)));
	end();
}

static void do_symlink(num to, num name)
{
	result("symlink", symlink(name_of(to), name_of(name)));
	end();
}

static void do_readlink(num name, num room)
{
	char text[64];
	ssize_t length = readlink(name_of(name), text, (size_t)room);
	result("readlink", length);
	if (length > 0)
		out(" %.*s", (int)length, text);
	end();
}

/* Shows the names in a folder, sorted, and closes it. */
static void list(const char *call, DIR *folder)
{
	char names[64][32];
	size_t count = 0;
	struct dirent *entry;
	if (!folder) {
		result(call, -1);
		end();
		return;
	}
	out("%s:", call);
	errno = 0;
	while (count < 64 && (entry = readdir(folder)))
		snprintf(names[count++], sizeof names[0], "%.30s", entry->d_name);
	if (errno)
		error_name(errno);
	for (size_t done = 0; done < count; done++) {
		size_t least = 0;
		for (size_t i = 1; i < count; i++)
			if (strcmp(names[i], names[least]) < 0)
				least = i;
		if (strncmp(names[least], "scripts", 7))
			out(" %s", names[least]);
		strcpy(names[least], "\x7f");
	}
	closedir(folder);
	end();
}

static void do_list(num name)
{
	list("list", opendir(name_of(name)));
}

/* Lists an open folder, by a copy of its descriptor. */
static void do_list_open(num file)
{
	int copy = dup(fd(file));
	DIR *folder = fdopendir(copy);
	if (!folder && copy >= 0) {
		int kept = errno;
		close(copy);
		errno = kept;
	}
	if (folder)
		rewinddir(folder);
	list("list_open", folder);
	/* The place behind the last name is a number of the file system's own. */
	lseek(fd(file), 0, SEEK_SET);
}

static void do_fsync(num file)
{
	result("fsync", fsync(fd(file)));
	end();
}

static void do_fdatasync(num file)
{
	result("fdatasync", fdatasync(fd(file)));
	end();
}

static void do_fallocate(num file, num offset, num length)
{
	int error = posix_fallocate(fd(file), (off_t)offset, (off_t)length);
	errno = error;
	result("fallocate", error ? -1 : 0);
	end();
}

static void do_fadvise(num file, num offset, num length, num advice)
{
	int error = posix_fadvise(fd(file), (off_t)offset, (off_t)length, (int)advice);
	errno = error;
	result("fadvise", error ? -1 : 0);
	end();
}

/* Sets both times to a number of seconds, and reads that of the change back. Of what is no file at all
 * (epoll and its kind) some kernels say EOPNOTSUPP. */
static void do_futimens(num file, num seconds, num nanoseconds)
{
	struct timespec times[2] = {
		{ (time_t)seconds, (long)nanoseconds },
		{ (time_t)seconds, (long)nanoseconds },
	};
	struct stat status;
	if (!fstat(fd(file), &status) && !(status.st_mode & S_IFMT)) {
		out("futimens: no file");
		end();
		return;
	}
	int done = futimens(fd(file), times);
	result("futimens", done);
	if (!done && !fstat(fd(file), &status) && S_ISREG(status.st_mode))
		out(" %lld", (num)status.st_mtime);
	end();
}

static void do_fpathconf(num file, num name)
{
	errno = 0;
	long value = fpathconf(fd(file), (int)name);
	if (value == -1 && !errno)
		out("fpathconf: no limit");
	else
		result("fpathconf", value);
	end();
}

static void do_fstatvfs(num file)
{
	struct statvfs status;
	result("fstatvfs", fstatvfs(fd(file), &status));
	end();
}

/* Opens a stream on a descriptor's copy, writes or reads by it, and closes it. A glibc before 2.41 leaves
 * the file where its stream has read ahead to, and not, as POSIX says, behind what was read. */
static void do_stream(num file, num length, num writes)
{
	off_t place = lseek(fd(file), 0, SEEK_CUR);
	int flags = fcntl(fd(file), F_GETFL) & O_ACCMODE;
	int copy = flags == (writes ? O_RDONLY : O_WRONLY) ? -1 : dup(fd(file));
	if (copy < 0) {
		out("stream: none");
		end();
		return;
	}
	FILE *stream = fdopen(copy, flags == O_RDWR ? "r+" : writes ? "w" : "r");
	if (!stream) {
		close(copy);
		out("stream: not opened");
	} else if (writes) {
		fill(length);
		size_t done = fwrite(data, 1, (size_t)length, stream);
		out("stream: wrote %zu%s", done, fclose(stream) ? " failed" : "");
	} else {
		clear();
		size_t got = fread(data, 1, (size_t)length, stream);
		out("stream: read %zu%s", got, ferror(stream) ? " failed" : feof(stream) ? " end" : "");
		received((num)got, length);
		fclose(stream);
		if (place >= 0)
			lseek(fd(file), place + (off_t)got, SEEK_SET);
	}
	end();
}
