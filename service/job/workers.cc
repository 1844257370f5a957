#include "service/job/workers.h"

namespace removr::job {

using store::Transaction;

Status Beat(Transaction& transaction, std::string_view worker_id, Timestamp now) {
  TRY(
      transaction.Execute("INSERT INTO workers (id, beat_ms) VALUES (:id, :now) "
                          "ON CONFLICT (id) DO UPDATE SET beat_ms = excluded.beat_ms",
                          {std::string(worker_id), now.unix_ms}));
  return {};
}

Status SignOff(Transaction& transaction, std::string_view worker_id) {
  TRY(transaction.Execute("DELETE FROM workers WHERE id = :id", {std::string(worker_id)}));
  return {};
}

Result<int> CountWorkers(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne("SELECT count(*) FROM workers WHERE beat_ms > :since",
                                                        {now.unix_ms - std::chrono::milliseconds(kBeatLives).count()}));
  return static_cast<int>(row->Int(0));
}

Result<std::vector<LivingWorker>> ListWorkers(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query("SELECT id, beat_ms FROM workers WHERE beat_ms > :since ORDER BY id",
                                     {now.unix_ms - std::chrono::milliseconds(kBeatLives).count()}));
  std::vector<LivingWorker> workers;
  for (const auto& row : rows) workers.push_back({row.Text(0), {row.Int(1)}});
  return workers;
}

Result<int> ForgetSilentWorkers(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(const auto touched,
                   transaction.Execute("DELETE FROM workers WHERE beat_ms <= :since",
                                       {now.unix_ms - std::chrono::milliseconds(kBeatLives).count()}));
  return static_cast<int>(touched);
}

}  // namespace removr::job
