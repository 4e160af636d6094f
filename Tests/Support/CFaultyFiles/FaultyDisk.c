#include "FaultyDisk.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, PATH_MAXIMUM = 1024 };

// What the disk holds of one file, beside the real file, which is the cache's view of it.
typedef struct Shadow {
  struct Shadow *next;
  char path[PATH_MAXIMUM];
  unsigned char *durable;  // `size` bytes, flushed
  int64_t size;
  unsigned char *state;  // of each sector: CLEAN, DIRTY or FORGOTTEN
  int64_t sectors;
  int exists;         // whether the name is on the disk
  int deletePending;  // deleted in the cache, not yet on the disk
} Shadow;

// DIRTY: the next flush writes it. FORGOTTEN: a flush failed; only a new write makes it dirty again.
enum { CLEAN = 0, DIRTY = 1, FORGOTTEN = 2 };

typedef struct { uint64_t first, last; } Range;

struct FaultyDisk {
  sqlite3_vfs vfs;
  sqlite3_vfs *system;
  char name[64];
  pthread_mutex_t mutex;
  uint64_t random;
  uint64_t operations;
  uint64_t powerLoss;
  int isOff;
  Range full, failingWrites, failingFlushes;
  Shadow *shadows;
};

typedef struct {
  sqlite3_file base;
  FaultyDisk *disk;
  Shadow *shadow;  // NULL for files that do not last
  int isReadOnly;
  sqlite3_file *system;  // lies behind this struct
} File;

static uint64_t draw(FaultyDisk *disk) {  // SplitMix64 (Steele, Lea and Flood 2014)
  uint64_t z = (disk->random += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static int contains(Range range, uint64_t operation) { return range.first <= operation && operation <= range.last; }

// Counts an operation; returns 0 if there is no power for it.
static int begin(FaultyDisk *disk) {
  disk->operations += 1;
  if (disk->powerLoss && disk->operations >= disk->powerLoss) disk->isOff = 1;
  return !disk->isOff;
}

static void reserve(Shadow *shadow, int64_t size) {
  int64_t sectors = (size + SECTOR - 1) / SECTOR;
  if (sectors <= shadow->sectors) return;
  shadow->durable = realloc(shadow->durable, (size_t)(sectors * SECTOR));
  shadow->state = realloc(shadow->state, (size_t)sectors);
  memset(shadow->durable + shadow->sectors * SECTOR, 0, (size_t)((sectors - shadow->sectors) * SECTOR));
  memset(shadow->state + shadow->sectors, CLEAN, (size_t)(sectors - shadow->sectors));
  shadow->sectors = sectors;
}

static Shadow *find(FaultyDisk *disk, const char *path) {
  for (Shadow *shadow = disk->shadows; shadow; shadow = shadow->next)
    if (strcmp(shadow->path, path) == 0) return shadow;
  return NULL;
}

// Takes a file as it lies there for flushed, when it is met for the first time.
static Shadow *meet(FaultyDisk *disk, const char *path) {
  Shadow *shadow = find(disk, path);
  if (shadow) return shadow;
  shadow = calloc(1, sizeof(Shadow));
  snprintf(shadow->path, PATH_MAXIMUM, "%s", path);
  int descriptor = open(path, O_RDONLY);
  if (descriptor >= 0) {
    struct stat status;
    fstat(descriptor, &status);
    reserve(shadow, status.st_size);
    if (pread(descriptor, shadow->durable, (size_t)status.st_size, 0) == status.st_size) shadow->size = status.st_size;
    shadow->exists = 1;
    close(descriptor);
  }
  shadow->next = disk->shadows;
  disk->shadows = shadow;
  return shadow;
}

// The sector as the cache has it now; zero beyond the end.
static void cached(sqlite3_file *file, int64_t sector, unsigned char *bytes) {
  memset(bytes, 0, SECTOR);
  file->pMethods->xRead(file, bytes, SECTOR, sector * SECTOR);
}

static void touch(File *file, int64_t first, int64_t end) {
  reserve(file->shadow, end);
  for (int64_t sector = first / SECTOR; sector * SECTOR < end; sector++) {
    // A kernel may write a page out at any time: sometimes the version before this write reaches the disk unasked.
    if (file->shadow->state[sector] != CLEAN && draw(file->disk) % 4 == 0)
      cached(file->system, sector, file->shadow->durable + sector * SECTOR);
    file->shadow->state[sector] = DIRTY;
  }
}

static int fileClose(sqlite3_file *base) {
  File *file = (File *)base;
  return file->system->pMethods ? file->system->pMethods->xClose(file->system) : SQLITE_OK;
}

static int fileRead(sqlite3_file *base, void *bytes, int count, sqlite3_int64 offset) {
  File *file = (File *)base;
  return file->system->pMethods->xRead(file->system, bytes, count, offset);
}

static int fileWrite(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
  File *file = (File *)base;
  FaultyDisk *disk = file->disk;
  if (!file->shadow) return file->system->pMethods->xWrite(file->system, bytes, count, offset);
  pthread_mutex_lock(&disk->mutex);
  int result = SQLITE_OK;
  if (!begin(disk)) {
    result = SQLITE_IOERR_WRITE;
  } else if (contains(disk->failingWrites, disk->operations)) {
    result = SQLITE_IOERR_WRITE;
  } else if (contains(disk->full, disk->operations)) {
    result = SQLITE_FULL;
    count = (int)(draw(disk) % (uint64_t)count);  // the part for which there was room
  }
  if (result == SQLITE_OK || (result == SQLITE_FULL && count > 0)) {
    touch(file, offset, offset + count);
    int outcome = file->system->pMethods->xWrite(file->system, bytes, count, offset);
    if (result == SQLITE_OK) result = outcome;
  }
  pthread_mutex_unlock(&disk->mutex);
  return result;
}

static int fileTruncate(sqlite3_file *base, sqlite3_int64 size) {
  File *file = (File *)base;
  if (!file->shadow) return file->system->pMethods->xTruncate(file->system, size);
  pthread_mutex_lock(&file->disk->mutex);
  int result = SQLITE_IOERR_TRUNCATE;
  if (begin(file->disk)) {
    sqlite3_int64 before = 0;
    file->system->pMethods->xFileSize(file->system, &before);
    touch(file, size < before ? size : before, size < before ? before : size);
    result = file->system->pMethods->xTruncate(file->system, size);
  }
  pthread_mutex_unlock(&file->disk->mutex);
  return result;
}

static int fileSync(sqlite3_file *base, int flags) {
  (void)flags;  // the real files need no flush: nobody pulls their plug
  File *file = (File *)base;
  Shadow *shadow = file->shadow;
  if (!shadow) return SQLITE_OK;
  pthread_mutex_lock(&file->disk->mutex);
  int result = SQLITE_IOERR_FSYNC;
  if (begin(file->disk)) {
    int fails = contains(file->disk->failingFlushes, file->disk->operations);
    sqlite3_int64 size = 0;
    file->system->pMethods->xFileSize(file->system, &size);
    reserve(shadow, size);
    for (int64_t sector = 0; sector < shadow->sectors; sector++) {
      if (shadow->state[sector] != DIRTY) continue;
      if (!fails) cached(file->system, sector, shadow->durable + sector * SECTOR);
      shadow->state[sector] = fails ? FORGOTTEN : CLEAN;
    }
    if (!fails) {
      // The first flush of a new file flushes its folder too, and with it what was deleted there.
      for (Shadow *other = file->disk->shadows; other && !shadow->exists; other = other->next)
        if (other->deletePending) other->exists = 0;
      shadow->size = size;
      shadow->exists = 1;
      shadow->deletePending = 0;
      result = SQLITE_OK;
    }
  }
  pthread_mutex_unlock(&file->disk->mutex);
  return result;
}

static int fileSize(sqlite3_file *base, sqlite3_int64 *size) {
  File *file = (File *)base;
  return file->system->pMethods->xFileSize(file->system, size);
}

// A file opened for reading cannot take a lock for writing from the system; the ledger's own lock stands for it.
static int fileLock(sqlite3_file *base, int level) {
  File *file = (File *)base;
  if (file->isReadOnly && level > SQLITE_LOCK_SHARED) return SQLITE_OK;
  return file->system->pMethods->xLock(file->system, level);
}

static int fileUnlock(sqlite3_file *base, int level) {
  File *file = (File *)base;
  return file->system->pMethods->xUnlock(file->system, level);
}

static int fileCheckReservedLock(sqlite3_file *base, int *isReserved) {
  File *file = (File *)base;
  return file->system->pMethods->xCheckReservedLock(file->system, isReserved);
}

static int fileControl(sqlite3_file *base, int operation, void *argument) {
  File *file = (File *)base;
  return file->system->pMethods->xFileControl(file->system, operation, argument);
}

static int fileSectorSize(sqlite3_file *base) {
  File *file = (File *)base;
  return file->system->pMethods->xSectorSize(file->system);
}

static int fileDeviceCharacteristics(sqlite3_file *base) {
  File *file = (File *)base;
  return file->system->pMethods->xDeviceCharacteristics(file->system);
}

static int fileShmMap(sqlite3_file *base, int page, int size, int extend, void volatile **memory) {
  File *file = (File *)base;
  return file->system->pMethods->xShmMap(file->system, page, size, extend, memory);
}

static int fileShmLock(sqlite3_file *base, int offset, int count, int flags) {
  File *file = (File *)base;
  return file->system->pMethods->xShmLock(file->system, offset, count, flags);
}

static void fileShmBarrier(sqlite3_file *base) {
  File *file = (File *)base;
  file->system->pMethods->xShmBarrier(file->system);
}

static int fileShmUnmap(sqlite3_file *base, int deletes) {
  File *file = (File *)base;
  return file->system->pMethods->xShmUnmap(file->system, deletes);
}

static const sqlite3_io_methods fileMethods = {
  .iVersion = 2,  // no memory mapping: every write must pass here
  .xClose = fileClose,
  .xRead = fileRead,
  .xWrite = fileWrite,
  .xTruncate = fileTruncate,
  .xSync = fileSync,
  .xFileSize = fileSize,
  .xLock = fileLock,
  .xUnlock = fileUnlock,
  .xCheckReservedLock = fileCheckReservedLock,
  .xFileControl = fileControl,
  .xSectorSize = fileSectorSize,
  .xDeviceCharacteristics = fileDeviceCharacteristics,
  .xShmMap = fileShmMap,
  .xShmLock = fileShmLock,
  .xShmBarrier = fileShmBarrier,
  .xShmUnmap = fileShmUnmap,
};

static int diskOpen(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *outFlags) {
  FaultyDisk *disk = vfs->pAppData;
  File *file = (File *)base;
  memset(file, 0, sizeof(File));
  file->disk = disk;
  file->isReadOnly = (flags & SQLITE_OPEN_READONLY) != 0;
  file->system = (sqlite3_file *)(file + 1);
  int lasts = flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL);
  pthread_mutex_lock(&disk->mutex);
  int result = disk->isOff ? SQLITE_CANTOPEN : SQLITE_OK;
  if (result == SQLITE_OK && path && lasts) {
    file->shadow = meet(disk, path);
    if (file->shadow->deletePending) {  // a new file of this name begins at nothing
      memset(file->shadow->durable, 0, (size_t)(file->shadow->sectors * SECTOR));
      memset(file->shadow->state, CLEAN, (size_t)file->shadow->sectors);
      file->shadow->size = 0;
      file->shadow->exists = file->shadow->deletePending = 0;
    }
  }
  if (result == SQLITE_OK) result = disk->system->xOpen(disk->system, path, file->system, flags, outFlags);
  pthread_mutex_unlock(&disk->mutex);
  base->pMethods = file->system->pMethods ? &fileMethods : NULL;
  return result;
}

static int diskDelete(sqlite3_vfs *vfs, const char *path, int flushesFolder) {
  FaultyDisk *disk = vfs->pAppData;
  pthread_mutex_lock(&disk->mutex);
  int result = SQLITE_IOERR_DELETE;
  if (begin(disk)) {
    Shadow *shadow = meet(disk, path);
    result = disk->system->xDelete(disk->system, path, 0);
    if (result == SQLITE_OK) {
      shadow->deletePending = 1;
      if (flushesFolder) shadow->exists = 0;
    }
  }
  pthread_mutex_unlock(&disk->mutex);
  return result;
}

FaultyDisk *faulty_disk_create(const char *name, uint64_t seed) {
  FaultyDisk *disk = calloc(1, sizeof(FaultyDisk));
  disk->system = sqlite3_vfs_find("unix");
  disk->vfs = *disk->system;
  snprintf(disk->name, sizeof(disk->name), "%s", name);
  disk->vfs.zName = disk->name;
  disk->vfs.pNext = NULL;
  disk->vfs.szOsFile = (int)sizeof(File) + disk->system->szOsFile;
  disk->vfs.pAppData = disk;
  disk->vfs.xOpen = diskOpen;
  disk->vfs.xDelete = diskDelete;
  disk->random = seed;
  pthread_mutex_init(&disk->mutex, NULL);
  sqlite3_vfs_register(&disk->vfs, 0);
  return disk;
}

static void forget(FaultyDisk *disk) {
  while (disk->shadows) {
    Shadow *shadow = disk->shadows;
    disk->shadows = shadow->next;
    free(shadow->durable);
    free(shadow->state);
    free(shadow);
  }
}

void faulty_disk_destroy(FaultyDisk *disk) {
  sqlite3_vfs_unregister(&disk->vfs);
  forget(disk);
  pthread_mutex_destroy(&disk->mutex);
  free(disk);
}

uint64_t faulty_disk_operations(FaultyDisk *disk) { return disk->operations; }
int faulty_disk_has_lost_power(FaultyDisk *disk) { return disk->isOff; }

void faulty_disk_lose_power_at(FaultyDisk *disk, uint64_t operation) { disk->powerLoss = operation; }
void faulty_disk_fill(FaultyDisk *disk, uint64_t first, uint64_t last) { disk->full = (Range){first, last}; }
void faulty_disk_fail_writes(FaultyDisk *disk, uint64_t first, uint64_t last) {
  disk->failingWrites = (Range){first, last};
}
void faulty_disk_fail_flushes(FaultyDisk *disk, uint64_t first, uint64_t last) {
  disk->failingFlushes = (Range){first, last};
}

// Draws which sectors of a file made it, and writes the file that is found after the power came back.
static void settle(FaultyDisk *disk, Shadow *shadow) {
  int descriptor = open(shadow->path, O_RDWR);
  struct stat status = {0};
  int isCached = descriptor >= 0 && fstat(descriptor, &status) == 0;
  if (isCached && !shadow->exists && draw(disk) % 2 == 0) shadow->exists = 1;  // the new name made it
  if (!isCached && shadow->deletePending && draw(disk) % 2 == 0) shadow->exists = 0;  // so did the deletion
  if (!shadow->exists) {
    if (isCached) close(descriptor);
    unlink(shadow->path);
    return;
  }
  if (isCached) {
    reserve(shadow, status.st_size);
    for (int64_t sector = 0; sector < shadow->sectors; sector++) {
      if (shadow->state[sector] == CLEAN || draw(disk) % 2 == 0) continue;
      unsigned char *target = shadow->durable + sector * SECTOR;
      memset(target, 0, SECTOR);
      if (pread(descriptor, target, SECTOR, sector * SECTOR) < 0) memset(target, 0, SECTOR);
    }
    // The length is a fact of its own, which may be the old one, the new one or one between.
    int64_t lengths[3] = {shadow->size, status.st_size, (shadow->size + status.st_size) / 2};
    shadow->size = lengths[draw(disk) % 3];
    close(descriptor);
  }
  descriptor = open(shadow->path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (descriptor < 0) return;
  if (pwrite(descriptor, shadow->durable, (size_t)shadow->size, 0) != shadow->size) perror(shadow->path);
  close(descriptor);
}

// The index of the log is memory, not disk: whatever lies there afterwards must not matter.
static void scramble(FaultyDisk *disk, const char *path) {
  char index[PATH_MAXIMUM + 8];
  snprintf(index, sizeof(index), "%s-shm", path);
  int descriptor = open(index, O_RDWR);
  if (descriptor < 0) return;
  for (int i = 0; i < 4096; i++) {
    uint64_t noise = draw(disk);
    if (pwrite(descriptor, &noise, sizeof(noise), i * (off_t)sizeof(noise)) < 0) break;
  }
  close(descriptor);
}

void faulty_disk_revive(FaultyDisk *disk) {
  disk->powerLoss = 0;
  disk->isOff = 0;
  disk->full = disk->failingWrites = disk->failingFlushes = (Range){0, 0};
}

void faulty_disk_restore(FaultyDisk *disk) {
  for (Shadow *shadow = disk->shadows; shadow; shadow = shadow->next) {
    scramble(disk, shadow->path);
    settle(disk, shadow);
  }
  forget(disk);
  disk->operations = 0;
  faulty_disk_revive(disk);
}
