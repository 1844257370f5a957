#include "service/job/counters.h"

namespace removr::job {

Status Count(store::Transaction& transaction, std::string_view name, std::string_view label, std::int64_t by) {
  TRY(
      transaction.Execute("INSERT INTO counters (name, label, value) VALUES (:name, :label, :by) "
                          "ON CONFLICT (name, label) DO UPDATE SET value = counters.value + excluded.value",
                          {std::string(name), std::string(label), by}));
  return {};
}

Status CountOutcome(store::Transaction& transaction, std::string_view job_id, int image_index) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne("SELECT j.task, coalesce(i.error, i.verdict), coalesce(i.width * i.height, 0) "
                                        "FROM images AS i JOIN jobs AS j ON j.id = i.job_id "
                                        "WHERE i.job_id = :job AND i.image_index = :index",
                                        {std::string(job_id), std::int64_t{image_index}}));
  if (!row) return {};
  TRY(Count(transaction, kImages, row->Text(0) + " " + row->Text(1)));
  return row->Int(2) > 0 ? Count(transaction, kPixels, row->Text(0), row->Int(2)) : Status();
}

Result<std::vector<Counter>> ReadCounters(store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query("SELECT name, label, value FROM counters ORDER BY name, label LIMIT 1000"));
  std::vector<Counter> counters;
  for (const auto& row : rows) counters.push_back({row.Text(0), row.Text(1), row.Int(2)});
  return counters;
}

}  // namespace removr::job
