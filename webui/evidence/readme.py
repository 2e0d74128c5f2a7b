"""The text that lies in an evidence pack."""

README = """证据包 / Evidence pack
{cases}

核验（只需 Python 3.11 或更新版本，无需联网，无需 Closeloop）
To verify (Python 3.11 or newer, no network, no Closeloop):

    python -I -S verify.py
    python -I -S verify.py --checkpoint 自己保存的检查点 / the-checkpoint-you-kept.json

verify.py            核验程序，一个文件，可通读 / the verifier: one file, made to be read
trail.jsonl          轨迹原文，逐字节参与哈希 / the trail, byte for byte as it is hashed
trail.csv, .xes      同一轨迹：电子表格、流程挖掘 / the same trail for spreadsheets and process mining
checkpoint.json      已签名的检查点 / a signed checkpoint
proofs.json          各链在检查点中的证明，以及检查点延续以往检查点的证明 (RFC 9162)
                     proofs that the chains are in the checkpoint, and that it continues those before it
procedures/          各单实际运行的流程文件 / the very files the cases ran on
cases/*/story.*.html 全程叙述、时限说明、表单、附件、合规结论 / what happened, clocks, forms, files, conformance
cases/*/report.*.pdf 同上，PDF / the same as PDF
cases/*/way-*.svg    流程图上走过的路径 / the way it went, on the diagram
cases/*/attachments/ 附件原件 / attached files
manifest.json        各文件的 SHA-256 / of every file
signature.json       清单的 Ed25519 签名与公钥 / signature of the manifest (Ed25519) and the public key

签名能证明本包出自该密钥；只有与自行保存的检查点比对，才能排除整段历史连同密钥被重做。
The signature proves that the pack came from that key. That not the whole history was made anew, key and all, shows only
against a checkpoint kept where whoever runs the database cannot reach it.
"""
