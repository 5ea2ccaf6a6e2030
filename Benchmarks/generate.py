#!/usr/bin/env python3
"""Deterministic synthetic data for an online-service adoption benchmark.

    generate.py --rows 1000000 --seed 7 --out data/1m

writes into DIR (same rows + seed => byte-identical files):

  agencies.csv      140 agencies: 20 departments, 120 local agencies in 10 districts
  units.csv         35 reporting units: 20 departments + 15 local units (one per
                    district, the five largest districts are split in two)
  procedures.csv    1500 administrative procedures (names in Vietnamese)
  targets.csv       yearly targets per reporting unit
  submissions.csv   --rows lines: 36 months, 2023-01-01 .. 2025-12-30, in file order of arrival
  payments.csv      about 0.38 x rows lines
  daily_submissions.csv, daily_payments.csv
                    one daily file (--daily rows) for 2025-12-31: new dossiers,
                    2% corrections of dossiers already in submissions.csv
                    (a few of them stale: older updated_at, must not win)
  manifest.json     what a correct loader must count

About 1% of the submission lines are corrections (same dossier_code, later
updated_at; one in ten arrives BEFORE the line it corrects, so "last line wins"
is wrong and "latest updated_at wins" is right). 0.2% of the lines are malformed:
a bad submitted_at (a third of them calendar-impossible, such as 02-31),
an unknown channel, or an empty dossier_code. 0.5% of the payments
are re-sent with status 'refunded' and a later paid_at under the same payment_id.
"""
import argparse
import json
import os
import time
from datetime import date, timedelta

import numpy as np
import polars as pl

START, LAST = date(2023, 1, 1), date(2025, 12, 30)
DAILY_DAY = date(2025, 12, 31)
N_DEPT, N_DISTRICT, PER_DISTRICT, N_PROC = 20, 10, 12, 1500
N_AGENCY = N_DEPT + N_DISTRICT * PER_DISTRICT
CHUNK_ROWS = 500_000
TS = "%Y-%m-%dT%H:%M:%S+07:00"
CHANNELS = np.array(["online", "counter", "postal"])
APPLICANTS = np.array(["citizen", "business", "agency"])
DELIVERY = np.array(["electronic", "counter", "postal"])
STATUSES = np.array(["resolved", "processing", "returned", "withdrawn"])
BANKS = np.array(["Vietcombank", "VietinBank", "BIDV", "Agribank", "MB", "Techcombank", "ACB"])
WALLETS = np.array(["VNPT Money", "MoMo", "ViettelPay", "ZaloPay", "PayGov", "VNPAY"])
BAD_DATES = np.array(["2024-02-31T10:15:00+07:00", "31/02/2024 10:15", "0000-00-00T00:00:00+07:00"])
BAD_CHANNELS = ["web", "onlin", None]
VERB = ["Cấp", "Cấp lại", "Cấp đổi", "Gia hạn", "Đăng ký", "Điều chỉnh", "Thu hồi", "Xác nhận", "Công nhận", "Thông báo"]
NOUN = ["giấy phép xây dựng", "giấy chứng nhận quyền sử dụng đất", "chứng chỉ hành nghề dược",
        "giấy phép lái xe", "khai sinh có yếu tố nước ngoài", "giấy chứng nhận đăng ký hộ kinh doanh",
        "giấy phép kinh doanh vận tải", "bản sao trích lục hộ tịch", "giấy chứng nhận đủ điều kiện an toàn thực phẩm",
        "hợp đồng lao động nước ngoài", "phiếu lý lịch tư pháp", "giấy phép khai thác khoáng sản",
        "chế độ trợ cấp xã hội hằng tháng", "giấy phép hoạt động trung tâm ngoại ngữ", "phương án phòng cháy chữa cháy"]
WHO = ["đối với tổ chức", "đối với cá nhân", "đối với hộ gia đình", "cho doanh nghiệp nhỏ và vừa", "thuộc thẩm quyền của tỉnh"]


def reference(seed, out):
    """Write the small reference tables; return the arrays the generator needs."""
    rng = np.random.default_rng([seed, 1])
    code, name, level, district, unit, units = [], [], [], [], [], []
    for d in range(1, N_DEPT + 1):
        code.append(f"000.00.{d:02d}.H34")
        name.append(f"Sở, ban, ngành số {d:02d}")
        level.append("department"); district.append("00"); unit.append(f"U{d:02d}")
        units.append((f"U{d:02d}", f"Sở, ban, ngành số {d:02d}"))
    local = 0
    for k in range(1, N_DISTRICT + 1):
        parts = 2 if k <= 5 else 1
        for p in range(parts):
            units.append((f"U{N_DEPT + 1 + local + p:02d}", f"Địa bàn huyện {k:02d}" + (f" cụm {p + 1}" if parts > 1 else "")))
        for s in range(1, PER_DISTRICT + 1):
            code.append(f"000.{s:02d}.{N_DEPT + k:02d}.H34")
            name.append(f"Ủy ban nhân dân đơn vị {k:02d}.{s:02d}")
            level.append("local"); district.append(f"{k:02d}")
            unit.append(f"U{N_DEPT + 1 + local + (s - 1) * parts // PER_DISTRICT:02d}")
        local += parts
    pl.DataFrame({"agency_code": code, "agency_name": name, "level": level,
                  "district_code": district, "unit_code": unit}).write_csv(f"{out}/agencies.csv")
    pl.DataFrame(units, schema=["unit_code", "unit_name"], orient="row").write_csv(f"{out}/units.csv")
    pl.DataFrame([(u, y, 40 + 10 * (y - 2023) + int(rng.integers(0, 15)), 30 + 10 * (y - 2023) + int(rng.integers(0, 15)))
                  for u, _ in units for y in (2023, 2024, 2025)],
                 schema=["unit_code", "year", "online_target_pct", "payment_target_pct"], orient="row").write_csv(f"{out}/targets.csv")

    weight = 1.0 / np.arange(1, N_PROC + 1) ** 1.05
    weight /= weight.sum()
    number = np.sort(rng.choice(20_000, N_PROC, replace=False))
    proc = np.array([f"{1 + (i % 3 == 2)}.{n:06d}" for i, n in enumerate(number)])
    rng.shuffle(proc)
    order = rng.permutation(N_PROC)                      # procedures with a fee carry ~40% of the volume
    has_fee = np.zeros(N_PROC, bool)
    has_fee[order[: int(np.searchsorted(np.cumsum(weight[order]), 0.40)) + 1]] = True
    fee = rng.choice(np.array([8, 20, 30, 50, 75, 100, 150, 200, 500, 1000, 3000]) * 1000, N_PROC) * has_fee
    pnames = [f"{VERB[i % 10]} {NOUN[(i * 7) % 15]} {WHO[(i * 3) % 5]}" + (f", trường hợp {i // 150 + 1}" if i >= 150 else "") for i in range(N_PROC)]
    pl.DataFrame({"procedure_code": proc, "procedure_name": pnames,
                  "fee_vnd": fee}).sort("procedure_code").write_csv(f"{out}/procedures.csv")
    agency_weight = np.where(np.arange(N_AGENCY) < N_DEPT, 3.0, 1.0) * rng.uniform(0.5, 1.5, N_AGENCY)
    return dict(agency=pl.Series(code), district=pl.Series(district), proc=pl.Series(proc),
                proc_cdf=np.cumsum(weight), fee=fee.astype(np.int64), agency_cdf=np.cumsum(agency_weight / agency_weight.sum()),
                agency_bias=rng.uniform(-0.2, 0.2, N_AGENCY), proc_bias=rng.uniform(-0.15, 0.15, N_PROC))


def day_counts(base_rows):
    n_days = (LAST - START).days + 1
    t = np.arange(n_days)
    weekday = (t + START.weekday()) % 7
    w = np.where(weekday < 5, 1.0, np.where(weekday == 5, 0.35, 0.08)) * (1 + 0.4 * t / n_days)
    return np.diff(np.floor(np.concatenate([[0], np.cumsum(w) / w.sum() * base_rows]) + 0.5)).astype(np.int64)


def pick(rng, n, cdf):
    return np.minimum(np.searchsorted(cdf, rng.random(n), side="right"), len(cdf) - 1)


def dossiers(rng, ref, day, seq0=0):
    """One new dossier per element of `day` (days since START)."""
    n = len(day)
    agency = pick(rng, n, ref["agency_cdf"])
    proc = pick(rng, n, ref["proc_cdf"])
    key = day * N_AGENCY + agency                          # running number per agency and day
    order = np.argsort(key, kind="stable")
    ks = key[order]
    first = np.concatenate([[True], ks[1:] != ks[:-1]])
    start = np.maximum.accumulate(np.where(first, np.arange(n), 0))
    seq = np.empty(n, np.int64)
    seq[order] = np.arange(n) - start + 1 + seq0
    sub = day * 86400 + 7 * 3600 + 1800 + (rng.beta(2, 3, n) * 36000).astype(np.int64)
    trend = 0.30 + 0.35 * day / 1096
    p_online = np.clip(trend + ref["agency_bias"][agency] + ref["proc_bias"][proc], 0.02, 0.98)
    r = rng.random(n)
    channel = np.where(r < p_online, 0, np.where(r < p_online + (1 - p_online) * 0.93, 1, 2)).astype(np.int8)
    due = sub + rng.integers(1, 30, n) * 86400
    done_after = (rng.gamma(2.0, 0.45, n) * (due - sub)).astype(np.int64)
    horizon = ((LAST - START).days) * 86400 + 86399
    resolved = np.where((sub + done_after <= horizon) & (rng.random(n) < 0.97), sub + done_after, -1)
    updated = np.minimum(np.where(resolved >= 0, resolved, sub + rng.integers(60, 7200, n)), horizon)
    delivery = np.where(channel == 0, pick(rng, n, np.array([0.6, 0.8, 1.0])), pick(rng, n, np.array([0.1, 0.9, 1.0]))).astype(np.int8)
    status = np.where(resolved >= 0, np.where(rng.random(n) < 0.96, 0, 2), np.where(rng.random(n) < 0.97, 1, 3)).astype(np.int8)
    fee = ref["fee"][proc]
    fee = np.where(fee > 0, fee * (1 + (rng.random(n) < 0.05)), 0)
    return dict(day=day, agency=agency, proc=proc, seq=seq, sub=sub, channel=channel, due=due, resolved=resolved,
                updated=np.maximum(updated, sub + 60), applicant=pick(rng, n, np.array([0.86, 0.98, 1.0])).astype(np.int8),
                by_self=(rng.random(n) < 0.7) | (channel != 0), delivery=delivery, status=status, fee=fee)


def correct(rng, d, idx, updated):
    """Corrected copies of rows `idx`: later updated_at, some fields changed, the code never."""
    c = {k: v[idx].copy() for k, v in d.items()}
    n = len(idx)
    c["updated"] = updated
    fix = rng.random(n) < 0.3
    c["channel"] = np.where(fix, (c["channel"] + 1) % 3, c["channel"]).astype(np.int8)
    done = (c["resolved"] < 0) & (rng.random(n) < 0.8)
    c["resolved"] = np.where(done, updated, c["resolved"])
    c["status"] = np.where(done, 0, c["status"]).astype(np.int8)
    c["sub"] = c["sub"] - np.where(rng.random(n) < 0.05, 5 * 86400, 0)   # a few move to another month
    return c


def code_expr(ref, d):
    days = pl.Series([(START + timedelta(days=int(i))).strftime("%y%m%d") for i in range(0, 1100)])
    df = pl.DataFrame({"a": ref["agency"].gather(d["agency"]), "d": days.gather(d["day"]), "s": d["seq"]})
    return df.select(pl.concat_str([pl.col("a"), pl.lit("-"), pl.col("d"), pl.lit("-"),
                                    pl.col("s").cast(pl.String).str.zfill(6)]).alias("c"))["c"]


def stamps(sec, null=None):
    s = pl.Series(np.datetime64(START, "ms") + (sec * 1000).astype("timedelta64[ms]"))
    return s if null is None else pl.select(pl.when(pl.Series(~null)).then(s)).to_series()


def submission_frame(rng, ref, d, malformed=0.002):
    """Text frame in file order, plus the validity flag of each line and the reject counts."""
    n = len(d["day"])
    m = rng.random(n)
    kind = np.where(m < malformed / 3, 1, np.where(m < malformed * 2 / 3, 2, np.where(m < malformed, 3, 0)))
    kind = pl.Series(kind)
    f = pl.DataFrame({
        "dossier_code": code_expr(ref, d), "procedure_code": ref["proc"].gather(d["proc"]),
        "agency_code": ref["agency"].gather(d["agency"]), "district_code": ref["district"].gather(d["agency"]),
        "channel": pl.Series(CHANNELS).gather(d["channel"]), "submitted_at": stamps(d["sub"]), "due_at": stamps(d["due"]),
        "resolved_at": stamps(np.maximum(d["resolved"], 0), d["resolved"] < 0),
        "applicant_type": pl.Series(APPLICANTS).gather(d["applicant"]),
        "submitted_by": pl.Series(["officer", "self"]).gather(d["by_self"].astype(np.int8)), "fee_due_vnd": d["fee"],
        "result_delivery": pl.Series(DELIVERY).gather(d["delivery"]), "status": pl.Series(STATUSES).gather(d["status"]),
        "updated_at": stamps(d["updated"])})
    bad = pl.Series(BAD_DATES[rng.integers(0, 3, n)])
    badc = pl.Series(BAD_CHANNELS).gather(rng.integers(0, 3, n))
    f = f.with_columns(
        pl.when(kind == 1).then(bad).otherwise(pl.col("submitted_at").dt.strftime(TS)).alias("submitted_at"),
        pl.when(kind == 2).then(badc).otherwise(pl.col("channel")).alias("channel"),
        pl.when(kind != 3).then(pl.col("dossier_code")).alias("dossier_code"))
    k = kind.to_numpy()
    return f, k == 0, {"bad_date": int((k == 1).sum()), "bad_channel": int((k == 2).sum()), "missing_code": int((k == 3).sum())}


def payment_frame(rng, ref, d, prefix, cap, malformed=0.002):
    """Payments of the dossiers in d (those with a fee)."""
    take = np.flatnonzero((d["fee"] > 0) & (rng.random(len(d["fee"])) < 0.92))
    n = len(take)
    chan, sub, fee = d["channel"][take], d["sub"][take], d["fee"][take]
    r = rng.random(n)
    p_on = np.where(chan == 0, 0.75, 0.15)
    method = np.where(r < p_on, 0, np.where(r < p_on + 0.1, 2, 1))
    provider = np.where(method == 0, WALLETS[rng.integers(0, 6, n)], np.where(method == 2, BANKS[rng.integers(0, 7, n)], ""))
    paid_at = np.minimum(sub + rng.integers(30, 172_800, n), cap)
    fail = np.flatnonzero((method == 0) & (rng.random(n) < 0.06))
    refund = np.flatnonzero(rng.random(n) < 0.005)
    row = np.concatenate([np.arange(n), fail, refund])
    pid = np.concatenate([np.arange(n), n + np.arange(len(fail)), refund])
    at = np.concatenate([paid_at, paid_at[fail] - 20, paid_at[refund] + 3 * 86400])
    state = np.concatenate([np.zeros(n, np.int8), np.ones(len(fail), np.int8), np.full(len(refund), 2, np.int8)])
    order = np.argsort(at, kind="stable")
    row, pid, at, state = row[order], pid[order], at[order], state[order]
    codes = code_expr(ref, {k: d[k][take] for k in ("agency", "day", "seq")})
    m = rng.random(len(row))
    kind = pl.Series(np.where(m < malformed / 3, 1, np.where(m < malformed * 2 / 3, 2, np.where(m < malformed, 3, 0))))
    f = pl.DataFrame({"n": pid, "dossier_code": codes.gather(row), "amount_vnd": fee[row],
                      "method": pl.Series(["online", "cash", "transfer"]).gather(method[row].astype(np.int8)),
                      "provider": pl.Series(provider[row]).replace("", None), "paid_at": stamps(at),
                      "status": pl.Series(["paid", "failed", "refunded"]).gather(state)})
    f = f.select(
        pl.concat_str([pl.lit(prefix), pl.col("n").cast(pl.String).str.zfill(7)]).alias("payment_id"),
        pl.when(kind != 3).then(pl.col("dossier_code")).alias("dossier_code"),
        pl.when(kind == 2).then(-pl.col("amount_vnd")).otherwise(pl.col("amount_vnd")).alias("amount_vnd"), "method", "provider",
        pl.when(kind == 1).then(pl.lit("31/02/2024 10:15")).otherwise(pl.col("paid_at").dt.strftime(TS)).alias("paid_at"), "status")
    k = kind.to_numpy()
    return f, {"bad_date": int((k == 1).sum()), "bad_amount": int((k == 2).sum()), "missing_code": int((k == 3).sum())}


def add(total, part):
    for k, v in part.items():
        total[k] = total.get(k, 0) + v


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--rows", type=int, required=True, help="lines in submissions.csv (corrections and malformed included)")
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--out", required=True)
    ap.add_argument("--daily", type=int, default=50_000, help="lines in daily_submissions.csv")
    a = ap.parse_args()
    t0 = time.time()
    os.makedirs(a.out, exist_ok=True)
    ref = reference(a.seed, a.out)
    base = round(a.rows / 1.01)
    per_day = day_counts(base)
    cap = (LAST - START).days * 86400 + 86399
    chunk_of_day = np.minimum(np.cumsum(per_day) // CHUNK_ROWS, 10 ** 9)
    dup_left, base_left = a.rows - base, base
    man = {"rows": a.rows, "seed": a.seed, "report_month": "2025-12", "submissions": {"rejected": {}, "dossiers": 0},
           "payments": {"lines": 0, "rejected": {}}}
    pool = []                                              # dossiers the daily file may correct
    with open(f"{a.out}/submissions.csv", "wb") as fs, open(f"{a.out}/payments.csv", "wb") as fp:
        for ci, chunk in enumerate(np.unique(chunk_of_day)):
            rng = np.random.default_rng([a.seed, 2, ci])
            days = np.flatnonzero(chunk_of_day == chunk)
            day = np.repeat(days, per_day[days])
            d = dossiers(rng, ref, day)
            n = len(day)
            n_dup = round(dup_left * n / base_left)
            dup_left, base_left = dup_left - n_dup, base_left - n
            src = np.sort(rng.choice(n, n_dup, replace=False))
            c = correct(rng, d, src, np.minimum(d["updated"][src] + rng.integers(3600, 20 * 86400, n_dup), cap + 3600))
            arrive = np.concatenate([np.arange(n, dtype=np.int64) * 2,
                                     np.where(rng.random(n_dup) < 0.1, src * 2 - 1,
                                              np.minimum(src + (rng.random(n_dup) * 20 * n / max(len(days), 1)).astype(np.int64), n) * 2 + 1)])
            order = np.argsort(arrive, kind="stable")
            both = {k: np.concatenate([d[k], c[k]])[order] for k in d}
            f, valid, rej = submission_frame(rng, ref, both)
            f.write_csv(fs, include_header=ci == 0, datetime_format=TS)
            add(man["submissions"]["rejected"], rej)
            who = np.concatenate([np.arange(n), src])[order]
            man["submissions"]["dossiers"] += int(np.bincount(who[valid], minlength=n).astype(bool).sum())
            p, rej = payment_frame(rng, ref, d, f"P{ci:04d}", cap)
            p.write_csv(fp, include_header=ci == 0)
            man["payments"]["lines"] += len(p)
            add(man["payments"]["rejected"], rej)
            keep = np.sort(rng.choice(n, min(n, 4000), replace=False))
            pool.append({k: v[keep] for k, v in d.items()})
    # the daily file
    rng = np.random.default_rng([a.seed, 3])
    pool = {k: np.concatenate([q[k] for q in pool]) for k in pool[0]}
    n_fix = a.daily // 50
    recent = np.flatnonzero(pool["day"] >= (LAST - START).days - 60)
    n_recent = min(len(recent), n_fix * 7 // 10)
    chosen = np.concatenate([rng.choice(recent, n_recent, replace=False),
                             rng.choice(np.flatnonzero(pool["day"] < (LAST - START).days - 60), n_fix - n_recent, replace=False)])
    today = (DAILY_DAY - START).days
    new = dossiers(rng, ref, np.full(a.daily - n_fix, today), seq0=500_000)
    new["resolved"][:] = -1
    new["status"][:] = 1
    new["updated"] = new["sub"] + 60
    at = np.where(rng.random(n_fix) < 0.05, pool["sub"][chosen] + 1, today * 86400 + rng.integers(3 * 3600, 80_000, n_fix))
    fix = correct(rng, pool, chosen, at)
    order = rng.permutation(a.daily)
    both = {k: np.concatenate([new[k], fix[k]])[order] for k in new}
    f, _, rej = submission_frame(rng, ref, both)
    f.write_csv(f"{a.out}/daily_submissions.csv", datetime_format=TS)
    man["daily_submissions"] = {"lines": len(f), "corrections": n_fix, "rejected": rej}
    paid = {k: np.concatenate([new[k], pool[k][chosen]]) for k in new}
    p, rej = payment_frame(rng, ref, paid, "D", today * 86400 + 86399)
    p.write_csv(f"{a.out}/daily_payments.csv")
    man["daily_payments"] = {"lines": len(p), "rejected": rej}
    with open(f"{a.out}/manifest.json", "w") as fh:
        json.dump(man, fh, indent=1)
    print(json.dumps(man), f"{time.time() - t0:.1f} s")


if __name__ == "__main__":
    main()
