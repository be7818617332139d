// A backup is a folder `backup-YYYYmmddTHHMMSSZ`: the database as one consistent state, the
// attachments, the keys, and `manifest.json` with the SHA-256 of every file. It is written under
// another name and renamed at the end, so that an unfinished one never looks whole. It can be made
// while a server runs.
//
// A backup holds everything, the private key of the seals among it: keep it as secret as the
// server itself. Its files can be read by their owner only.

#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/time.h"
#include "usecases/progress.h"

namespace anxiao::store {

struct BackupAsk {
  std::filesystem::path database;
  std::filesystem::path attachments;  // a folder that may be missing
  std::filesystem::path keys;         // the same
  std::filesystem::path to;           // the folder in which the backup's own folder is made
  Instant now;
};

// The folder that was made. Refuses `backup.no_database`, `backup.target` (within what is backed
// up, or no folder) and `backup.exists`. Throws DatabaseFault and std::system_error, and
// Interrupted where it was stopped; nothing is left then.
Result<std::filesystem::path> backup(const BackupAsk& ask, const usecases::Progress& progress = {});

// Checks every file of the backup `from`, then makes the data folder of it, under the names that
// the database and the folders had. Refuses `restore.not_empty` where `data_folder` holds anything,
// `restore.no_backup` and `restore.damaged` (the file is in `field`); nothing is changed then, nor
// when it throws.
Result<void> restore(const std::filesystem::path& from, const std::filesystem::path& data_folder,
                     const usecases::Progress& progress = {});

}  // namespace anxiao::store
