// A disk that can lose power, run full and fail to flush: an SQLite VFS over the system's own.
//
// The files are real, and while all goes well they hold what was written. Beside them the disk keeps what would be
// left of each file if the power went now: whole sectors of 512 bytes, each as it was flushed last, or as it was
// written since, whichever the seed says. After a power loss every operation fails until the disk is restored, which
// gives the real files that content.
//
// Operations that change something (write, truncate, flush, delete) are counted from 1, so that a test can fail any
// of them in turn. A flush that fails leaves the sectors it was for clean in the cache though the disk never got
// them, as Linux does: only writing them again can make them durable.
#ifndef FAULTY_DISK_H
#define FAULTY_DISK_H

#include <stdint.h>

typedef struct FaultyDisk FaultyDisk;

/// Makes a disk and registers it with SQLite as the VFS `name`. The seed decides what survives a power loss.
FaultyDisk *faulty_disk_create(const char *name, uint64_t seed);
/// Unregisters and frees the disk. No file on it may be open.
void faulty_disk_destroy(FaultyDisk *disk);

/// Number of changing operations so far.
uint64_t faulty_disk_operations(FaultyDisk *disk);
/// Loses power at operation number `operation`, which is not carried out.
void faulty_disk_lose_power_at(FaultyDisk *disk, uint64_t operation);
/// Whether power has been lost.
int faulty_disk_has_lost_power(FaultyDisk *disk);

/// From operation `first` to `last`, writes find no room; a part of a write may still be carried out.
void faulty_disk_fill(FaultyDisk *disk, uint64_t first, uint64_t last);
/// From operation `first` to `last`, writes fail.
void faulty_disk_fail_writes(FaultyDisk *disk, uint64_t first, uint64_t last);
/// From operation `first` to `last`, flushes fail.
void faulty_disk_fail_flushes(FaultyDisk *disk, uint64_t first, uint64_t last);

/// Ends all faults and keeps the files as the cache has them: what a process finds that takes over from a killed one.
void faulty_disk_revive(FaultyDisk *disk);
/// Gives the real files what survived, and power again. No file on it may be open.
void faulty_disk_restore(FaultyDisk *disk);

#endif
