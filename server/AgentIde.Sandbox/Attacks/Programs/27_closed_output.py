# Closes its output, so that whoever waits for the end of that believes it has ended, and stays.
name_process(facts["process"])
print("it closes its output", flush=True)
os.close(1)
os.close(2)
time.sleep(60)
